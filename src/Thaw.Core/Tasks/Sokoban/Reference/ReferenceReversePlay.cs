namespace Thaw.Core.Tasks.Sokoban.Reference;

/// <summary>The public generator's reverse search, visit by visit: depth-first in the order up, down, left, right, pulling whatever box is behind.</summary>
/// <remarks>
/// A position is expanded once, however deep it was met, and the search ends at 300,000 of them; so the result depends on the
/// order of visits, and <see cref="ReversePlay"/>, which takes pulled and unpulled boxes for the same, may give another one.
/// </remarks>
internal sealed class ReferenceReversePlay(int searchDepth)
{
    private const int MaxStates = 300_000;
    private const int NoBox = -1;

    private readonly HashSet<PulledState> _seen = [];
    private SokobanLevel _level = null!;
    private int[] _targets = [];
    private int[] _boxes = [];
    private long _bestScore;
    private int _bestDisplacement;
    private SokobanState _best;

    /// <param name="targets">In the order in which they were drawn; box i starts on target i.</param>
    /// <returns>The best state, and the sum over its boxes of the Manhattan distance to the target each came from; 0 where no box moved.</returns>
    public (SokobanState State, int Displacement) FindFarthest(SokobanLevel level, int[] targets, int player)
    {
        (_level, _targets, _boxes) = (level, targets, [.. targets]);
        _seen.Clear();
        (_bestScore, _bestDisplacement, _best) = (-1, 0, default);
        Visit(new PulledState(level.Targets, 0, player), swaps: 0, lastPulled: NoBox, depthLeft: searchDepth);
        return (_best, _bestDisplacement);
    }

    private void Visit(PulledState state, int swaps, int lastPulled, int depthLeft)
    {
        depthLeft--;
        if (depthLeft <= 0 || _seen.Count >= MaxStates || !_seen.Add(state))
        {
            return;
        }

        Score(state, swaps);
        for (var direction = Direction.Up; direction <= Direction.Right; direction++)
        {
            var offset = _level.Offset(direction);
            var (ahead, behind) = (state.Player + offset, state.Player - offset);
            if (((_level.Walls | state.Boxes) & (UInt128.One << ahead)) != 0)
            {
                continue;
            }

            if ((state.Boxes & (UInt128.One << behind)) == 0)
            {
                Visit(state with { Player = ahead }, swaps, lastPulled, depthLeft);
                continue;
            }

            var box = Array.IndexOf(_boxes, behind);
            _boxes[box] = state.Player;
            Visit(Pull(state, behind, ahead), box == lastPulled ? swaps : swaps + 1, box, depthLeft);
            _boxes[box] = behind;
        }
    }

    private static PulledState Pull(PulledState state, int from, int player)
    {
        var (fromBit, toBit) = (UInt128.One << from, UInt128.One << state.Player);
        return new PulledState(state.Boxes ^ fromBit ^ toBit, (state.Pulled & ~fromBit) | toBit, player);
    }

    // A state counts only while every target is in sight: no box and no player on one.
    private void Score(PulledState state, int swaps)
    {
        var displacement = Displacement();
        var isInSight = (_level.Targets & (state.Boxes | (UInt128.One << state.Player))) == 0;
        var score = isInSight ? (long)swaps * displacement : 0;
        if (score > _bestScore)
        {
            (_bestScore, _bestDisplacement, _best) = (score, displacement, new SokobanState(state.Boxes, state.Player));
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
