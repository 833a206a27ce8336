using System.Globalization;
using Thaw.Core.Demonstrations;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Checks a thought by reading it and playing what it says.</summary>
/// <remarks>
/// It reads the text from the start and knows nothing of how it was written: every cell that is named, every move, every board and the
/// word are held against the room and the binding. Any text gives an answer, in time linear in its length.
/// </remarks>
public sealed class TraceVerifier
{
    private static readonly string[] s_trainingWords = ["up", "down", "left", "right"];

    private readonly SokobanInstance _room;
    private readonly SokobanBinding _binding;
    private readonly TraceText _text;
    private SokobanState _state;

    // Which box a cell holds, by where it stood first, and the targets at which boxes are said to end.
    private readonly Dictionary<int, int> _boxAt = [];
    private readonly List<(int Box, int Target)> _ends = [];

    private TraceVerifier(SokobanInstance room, SokobanBinding binding, string text) => (_room, _binding, _text, _state) = (room, binding, new TraceText(text, room.Level), room.Start);

    /// <returns>What is wrong, as part of a sentence; null where everything in the thought is so, its plan is a shortest one, and the answer is its first move.</returns>
    public static string? FindFault(SokobanInstance room, SokobanBinding binding, DemonstrationFormat format, string completion)
    {
        var verifier = new TraceVerifier(room, binding, completion);
        verifier.Check(format);
        return verifier._text.Fault;
    }

    private void Check(DemonstrationFormat format)
    {
        if (format == DemonstrationFormat.CotTerse)
        {
            CheckTerse();
            return;
        }

        if (!HasOwnWordsOnly() || !_text.Take($"\n{SokobanTrace.Legend}") || (format != DemonstrationFormat.CotBrief && !_text.Take(SokobanTrace.Where(_room))) || !_text.Take("\nPlan: "))
        {
            return;
        }

        var pushes = new List<SokobanState>();
        if (!TakePlan(pushes))
        {
            return;
        }

        var first = format == DemonstrationFormat.CotBrief ? FirstMove(pushes) : TakeMoves(pushes, drawsBoards: format == DemonstrationFormat.CotFull);
        if (_text.Fault is null && first is { } move)
        {
            var word = _binding.Words.WordFor(move);
            _ = _text.Take($"The next move goes to {SokobanTrace.Way(move)}; the word for it is {word}.\n</think> <answer> {word} </answer>\n")
                && (_text.IsAtEnd || _text.Fail("ends"));
        }
    }

    // There are sixteen such thoughts; a binding with a word for two directions may give one text twice.
    private void CheckTerse()
    {
        var said = (from side in Enum.GetValues<Direction>()
                    from move in Enum.GetValues<Direction>()
                    where SokobanTrace.Terse(_binding, side, move) == _text.Whole
                    select (Side: side, Move: move)).ToList();
        _ = said.Count == 0 ? _text.Fail("names a side and a move in words of the binding")
            : said.Any(thought => IsOptimal(_room.Start, thought.Move) && PushesNextFrom(thought.Side, _room.Start, thought.Move, [])) || _text.Fail("begins a shortest plan that pushes from there");
    }

    private bool IsOptimal(SokobanState state, Direction move) => SokobanSolver.FindShortest(_room.Level, state)?.OptimalFirstMoves.Contains(move) ?? false;

    // Some shortest plan that begins with this move makes its first push from that side.
    private bool PushesNextFrom(Direction side, SokobanState state, Direction move, HashSet<SokobanState> met)
    {
        var next = _room.Level.Step(state, move);
        return next.Boxes != state.Boxes ? SokobanTrace.Opposite(move) == side
            : met.Add(next) && Enum.GetValues<Direction>().Any(further => IsOptimal(next, further) && PushesNextFrom(side, next, further, met));
    }

    // A prompt with other words says nothing about these, so neither may the thought.
    private bool HasOwnWordsOnly()
    {
        var own = new[] { _binding.Words.Up, _binding.Words.Down, _binding.Words.Left, _binding.Words.Right };
        var foreign = s_trainingWords.Where(word => !own.Contains(word, StringComparer.OrdinalIgnoreCase)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var text = _text.Whole;
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            while (end < text.Length && char.IsAsciiLetter(text[end]))
            {
                end++;
            }

            if (end - start is >= 2 and <= 5 && foreign.Contains(text[start..end]))
            {
                return _text.FailAt(start, $"says {text[start..end]}, a word of another binding");
            }

            start = end + 1;
        }

        return true;
    }

    // Plays the runs of the plan; 'pushes' gets the position behind each single push.
    private bool TakePlan(List<SokobanState> pushes)
    {
        for (var boxes = _room.Start.Boxes; boxes != 0; boxes &= boxes - 1)
        {
            var cell = (int)UInt128.TrailingZeroCount(boxes);
            _boxAt.Add(cell, cell);
        }

        do
        {
            int box, to;
            if (_text.Sees("go to "))
            {
                if (!_text.Take("go to ") || _text.TakeCell() is not { } stand || !WalkTo(stand) || !_text.Take(" to stand behind the box at ")
                    || _text.TakeCell() is not { } first || !_text.Take(", push it to ") || _text.TakeCell() is not { } last)
                {
                    return false;
                }

                (box, to) = (first, last);
            }
            else
            {
                if (!_text.Take("push the box at ") || _text.TakeCell() is not { } first || !_text.Take(" to ") || _text.TakeCell() is not { } last)
                {
                    return false;
                }

                (box, to) = (first, last);
            }

            if (!PushTo(box, to, pushes) || !TakeReason(to))
            {
                return false;
            }
        }
        while (_text.TryTake("; "));

        return _text.Take(".\n")
            && (_room.Level.IsSolved(_state) || _text.Fail("solves the room"))
            && (_ends.All(end => _boxAt[end.Target] == end.Box) || _text.Fail("brings each box to its target"));
    }

    private bool TakeReason(int to)
    {
        var target = _text.TryTake(", a target") ? to : _text.Take(", on its way to the target at ") ? _text.TakeCell() : null;
        if (target is not { } end || !IsTarget(end))
        {
            return _text.Fail("names a target");
        }

        _ends.Add((_boxAt[to], end));
        return true;
    }

    // In one direction, from wherever the player stands.
    private bool PushTo(int box, int to, List<SokobanState> pushes)
    {
        var direction = Enum.GetValues<Direction>().FirstOrDefault(direction => _state.Player + _room.Level.Offset(direction) == box);
        if (box == to || !_boxAt.Remove(box, out var pushed))
        {
            return _text.Fail("pushes a box");
        }

        for (; box != to; box += _room.Level.Offset(direction))
        {
            var next = _room.Level.Step(_state, direction);
            if (next.Player != box || next.Boxes == _state.Boxes)
            {
                return _text.Fail("pushes that box there");
            }

            _state = next;
            pushes.Add(next);
        }

        _boxAt[to] = pushed;
        return true;
    }

    private bool WalkTo(int cell)
    {
        if (StepsTo(_state, cell) is null)
        {
            return _text.Fail("walks where it can");
        }

        _state = _state with { Player = cell };
        return true;
    }

    // Reads and plays the moves from the start again; their pushes are those of the plan.
    private Direction? TakeMoves(List<SokobanState> pushes, bool drawsBoards)
    {
        var (first, count, pushed) = ((Direction?)null, 0, 0);
        for (_state = _room.Start; !_text.Sees(SokobanTrace.Placed); count++)
        {
            if (!_text.Take(string.Create(CultureInfo.InvariantCulture, $"{count + 1}. ")) || _text.TakeWord(_binding.Words) is not { } direction)
            {
                return null;
            }

            first ??= direction;
            var next = _room.Level.Step(_state, direction);
            if (next == _state || !_text.Take($"{SokobanTrace.After(_room.Level, _state, next)}.\n")
                || (drawsBoards && !_text.Take($"{SokobanDrawing.Draw(_room.Level, next, _binding.Symbols)}\n")))
            {
                _ = _text.Fail("moves");
                return null;
            }

            if (next.Boxes != _state.Boxes && (pushed == pushes.Count || pushes[pushed++] != next))
            {
                _ = _text.Fail("pushes as planned");
                return null;
            }

            _state = next;
        }

        var isShortest = SokobanSolver.FindShortest(_room.Level, _room.Start)?.Plan.Count == count;
        return _text.Take($"{SokobanTrace.Placed}\n") && (pushed == pushes.Count || _text.Fail("makes all planned pushes")) && (isShortest || _text.Fail("is as short as can be")) ? first : null;
    }

    // A brief thought lists no moves: the answer must begin a shortest plan with the planned pushes.
    private Direction? FirstMove(List<SokobanState> pushes)
    {
        var (state, moves, firstStand) = (_room.Start, 0, -1);
        foreach (var pushed in pushes)
        {
            var stand = Enum.GetValues<Direction>().Select(direction => (Direction: direction, Cell: pushed.Player - _room.Level.Offset(direction)))
                .First(from => _room.Level.Step(state with { Player = from.Cell }, from.Direction) == pushed).Cell;
            moves += (StepsTo(state, stand) ?? 0) + 1;
            firstStand = firstStand < 0 ? stand : firstStand;
            state = pushed;
        }

        if (SokobanSolver.FindShortest(_room.Level, _room.Start)?.Plan.Count != moves)
        {
            _ = _text.Fail("is as short as can be");
            return null;
        }

        // A walk of one length can often begin in two ways.
        var steps = StepsTo(_room.Start, firstStand);
        var firsts = Enum.GetValues<Direction>().Where(direction => _room.Level.Step(_room.Start, direction) is var next
            && (steps == 0 ? next == pushes[0] : next.Boxes == _room.Start.Boxes && StepsTo(next, firstStand) == steps - 1));
        return firsts.Cast<Direction?>().FirstOrDefault(direction => _text.Sees($"The next move goes to {SokobanTrace.Way(direction!.Value)};")) ?? firsts.First();
    }

    private bool IsTarget(int cell) => (_room.Level.Targets & (UInt128.One << cell)) != 0;

    // Without a push; null where there is no such walk.
    private int? StepsTo(SokobanState state, int goal)
    {
        var closed = _room.Level.Walls | state.Boxes;
        var here = UInt128.One << state.Player;
        var wanted = UInt128.One << goal;
        for (var steps = 0; here != 0; steps++)
        {
            if ((here & wanted) != 0)
            {
                return steps;
            }

            closed |= here;
            here = ((here << 1) | (here >> 1) | (here << _room.Level.Columns) | (here >> _room.Level.Columns)) & ~closed;
        }

        return null;
    }
}
