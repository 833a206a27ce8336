namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Decides whether positions of one level can still be solved: exactly, and without looking for a shortest plan.</summary>
/// <remarks>
/// What is asked of every push in every episode has to be cheap, so three questions come one after the other. Is some box where no target can
/// be reached from, or some target where no box can come to? The tables for that are made once for a level. Can the push be taken back? Then
/// nothing is lost. Only then positions are searched, push by push, all places that the player can walk between being one, and those
/// that look nearest to a solution first. Safe for any number of threads.
/// </remarks>
internal sealed class DeadEnds
{
    // One search at a time in a thread, so its tables can be used again.
    [ThreadStatic]
    private static PushStates? s_states;

    private readonly SokobanLevel _level;
    private readonly UInt128 _floor;
    private readonly UInt128[] _live;
    private readonly UInt128 _anyLive;
    private readonly byte[] _pushes;

    public DeadEnds(SokobanLevel level)
    {
        _level = level;
        var everyCell = UInt128.MaxValue >> (SokobanLevel.MaxCells - (level.Rows * level.Columns));
        _floor = everyCell & ~level.Walls;
        _live = new UInt128[(int)UInt128.PopCount(level.Targets)];
        _pushes = new byte[level.Rows * level.Columns];
        Array.Fill(_pushes, byte.MaxValue);
        var target = 0;
        for (var rest = level.Targets; rest != 0; rest &= rest - 1)
        {
            _live[target] = PullFrom(rest & (~rest + 1));
            _anyLive |= _live[target++];
        }
    }

    /// <summary>False where no sequence of moves, however long, solves the position.</summary>
    public bool CanBeSolved(SokobanState state) => CanBeSolved(state, int.MaxValue)!.Value;

    /// <summary>The same within a budget of about so many positions looked at; null where it does not tell.</summary>
    public bool? CanBeSolved(SokobanState state, int maxStates) => MayBeSolved(state.Boxes) ? Search(state, maxStates) : false;

    /// <summary>The same for the position behind a push from one that can be solved.</summary>
    public bool CanBeSolvedAfterPush(SokobanState before, SokobanState after) =>
        MayBeSolved(after.Boxes) && (CanBeTakenBack(before, after) || Search(after, int.MaxValue)!.Value);

    // Necessary, each box by itself: it can come to a target, and to each target some box can come.
    private bool MayBeSolved(UInt128 boxes)
    {
        if ((boxes & ~_anyLive) != 0)
        {
            return false;
        }

        foreach (var live in _live)
        {
            if ((boxes & live) == 0)
            {
                return false;
            }
        }

        return true;
    }

    // The player walks round to the other side of the box, pushes it back and walks to where the push began.
    private bool CanBeTakenBack(SokobanState before, SokobanState after)
    {
        var offset = after.Player - before.Player;
        var behind = after.Player + offset + offset;
        var behindBit = UInt128.One << behind;
        return (_floor & ~after.Boxes & behindBit) != 0
            && (Reach(after.Boxes, after.Player) & behindBit) != 0
            && (Reach(before.Boxes, after.Player + offset) & (UInt128.One << before.Player)) != 0;
    }

    private bool? Search(SokobanState start, int maxStates)
    {
        var states = s_states ??= new PushStates();
        states.Clear();
        states.Add(start, Estimate(start.Boxes));
        while (states.TryTake(out var state))
        {
            if (state.Boxes == _level.Targets)
            {
                return true;
            }

            var reach = Reach(state.Boxes, state.Player);
            if (states.IsNew(state.Boxes, (int)UInt128.TrailingZeroCount(reach)))
            {
                if (states.Seen > maxStates)
                {
                    return null;
                }

                AddPushes(states, state.Boxes, reach);
            }
        }

        return false;
    }

    private void AddPushes(PushStates states, UInt128 boxes, UInt128 reach)
    {
        var free = _anyLive & ~boxes;
        Add(boxes & (reach >> 1) & (free << 1), -1);
        Add(boxes & (reach << 1) & (free >> 1), 1);
        Add(boxes & (reach >> _level.Columns) & (free << _level.Columns), -_level.Columns);
        Add(boxes & (reach << _level.Columns) & (free >> _level.Columns), _level.Columns);

        void Add(UInt128 pushed, int offset)
        {
            for (; pushed != 0; pushed &= pushed - 1)
            {
                var box = (int)UInt128.TrailingZeroCount(pushed);
                var next = boxes ^ (UInt128.One << box) ^ (UInt128.One << (box + offset));
                if (MayBeSolved(next))
                {
                    states.Add(new SokobanState(next, box), Estimate(next));
                }
            }
        }
    }

    private int Estimate(UInt128 boxes)
    {
        var sum = 0;
        for (; boxes != 0; boxes &= boxes - 1)
        {
            sum += _pushes[(int)UInt128.TrailingZeroCount(boxes)];
        }

        return sum;
    }

    /// <summary>Cells that the player can walk to, the first one included.</summary>
    private UInt128 Reach(UInt128 boxes, int player)
    {
        var free = _floor & ~boxes;
        if (_pushes.Length <= 64)
        {
            return ReachIn64((ulong)free, 1UL << player);
        }

        var reach = UInt128.One << player;
        while (true)
        {
            // The edge is wall, so nothing goes round from one row to the next.
            var wider = reach | (((reach << 1) | (reach >> 1)) & free);
            wider |= ((wider << _level.Columns) | (wider >> _level.Columns)) & free;
            if (wider == reach)
            {
                return reach;
            }

            reach = wider;
        }
    }

    private ulong ReachIn64(ulong free, ulong reach)
    {
        while (true)
        {
            var wider = reach | (((reach << 1) | (reach >> 1)) & free);
            wider |= ((wider << _level.Columns) | (wider >> _level.Columns)) & free;
            if (wider == reach)
            {
                return reach;
            }

            reach = wider;
        }
    }

    // Where a lone box can be pulled to, wherever the player is: a pull needs the cell and the one behind it free.
    private UInt128 PullFrom(UInt128 target)
    {
        var (live, edge, columns) = (target, target, _level.Columns);
        for (byte pushes = 0; edge != 0; pushes++)
        {
            for (var rest = edge; rest != 0; rest &= rest - 1)
            {
                ref var fewest = ref _pushes[(int)UInt128.TrailingZeroCount(rest)];
                fewest = Math.Min(fewest, pushes);
            }

            edge = (((edge << 1) & (_floor >> 1)) | ((edge >> 1) & (_floor << 1))
                | ((edge << columns) & (_floor >> columns)) | ((edge >> columns) & (_floor << columns))) & _floor & ~live;
            live |= edge;
        }

        return live;
    }
}
