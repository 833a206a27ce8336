namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Plays backwards from the solved room, pulling, and keeps the state whose boxes were dragged farthest and most in turn.</summary>
/// <remarks>
/// Depth-first in the order up, down, left, right; a state is visited once, however deep it was met, as in the original
/// (mpSchrader/gym-sokoban, room_utils.depth_first_search), so the result depends on that order.
/// </remarks>
internal sealed class ReversePlay(int searchDepth)
{
    private const int MaxStates = 300_000;
    private const int NoBox = -1;

    private readonly StateIndex _seen = new();
    private SokobanLevel _level = null!;
    private int[] _targets = [];
    private int[] _boxes = [];
    private long _bestScore;
    private int _bestDisplacement;
    private SokobanState _best;

    /// <returns>The best state, and the sum over its boxes of the Manhattan distance to the target each came from; 0 where no box moved.</returns>
    public (SokobanState State, int Displacement) FindFarthest(SokobanLevel level, int player)
    {
        _level = level;
        _seen.Clear();
        ListTargets(level.Targets);
        _bestScore = -1;
        Visit(new SokobanState(level.Targets, player), swaps: 0, lastPulled: NoBox, depthLeft: searchDepth);
        return (_best, _bestDisplacement);
    }

    private void ListTargets(UInt128 targets)
    {
        var count = (int)UInt128.PopCount(targets);
        (_targets, _boxes) = _targets.Length == count ? (_targets, _boxes) : (new int[count], new int[count]);
        for (var box = 0; box < count; box++, targets &= targets - 1)
        {
            _targets[box] = _boxes[box] = (int)UInt128.TrailingZeroCount(targets);
        }
    }

    private void Visit(SokobanState state, int swaps, int lastPulled, int depthLeft)
    {
        depthLeft--;
        if (depthLeft <= 0 || _seen.Count >= MaxStates || !_seen.TryAdd(state, out _))
        {
            return;
        }

        Score(state, swaps);
        for (var direction = Direction.Up; direction <= Direction.Right; direction++)
        {
            var offset = _level.Offset(direction);
            var ahead = state.Player + offset;
            if (((_level.Walls | state.Boxes) & (UInt128.One << ahead)) != 0)
            {
                continue;
            }

            var behindBit = UInt128.One << (state.Player - offset);
            if ((state.Boxes & behindBit) == 0)
            {
                Visit(state with { Player = ahead }, swaps, lastPulled, depthLeft);
                continue;
            }

            var box = Array.IndexOf(_boxes, state.Player - offset);
            _boxes[box] = state.Player;
            var pulled = new SokobanState(state.Boxes ^ behindBit ^ (UInt128.One << state.Player), ahead);
            Visit(pulled, box == lastPulled ? swaps : swaps + 1, box, depthLeft);
            _boxes[box] = state.Player - offset;
        }
    }

    // A state counts only while every target is in sight: no box and no player on one.
    private void Score(SokobanState state, int swaps)
    {
        var displacement = Displacement();
        var isInSight = (_level.Targets & (state.Boxes | (UInt128.One << state.Player))) == 0;
        var score = isInSight ? (long)swaps * displacement : 0;
        if (score > _bestScore)
        {
            (_bestScore, _bestDisplacement, _best) = (score, displacement, state);
        }
    }

    private int Displacement()
    {
        var sum = 0;
        for (var box = 0; box < _boxes.Length; box++)
        {
            var (row, column) = Math.DivRem(_boxes[box], _level.Columns);
            var (targetRow, targetColumn) = Math.DivRem(_targets[box], _level.Columns);
            sum += Math.Abs(row - targetRow) + Math.Abs(column - targetColumn);
        }

        return sum;
    }
}
