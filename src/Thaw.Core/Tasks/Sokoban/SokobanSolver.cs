namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Play that is optimal in moves, by breadth-first search over states.</summary>
public static class SokobanSolver
{
    private static readonly Direction[] s_directions = Enum.GetValues<Direction>();

    // One search at a time in a thread, so its tables can be used again.
    [ThreadStatic]
    private static Search? s_search;

    /// <summary>Finds a shortest plan, and all moves that such a plan can begin with.</summary>
    /// <remarks>Time and memory grow with the states that can be reached.</remarks>
    /// <param name="maxMoves">Longest plan to look for; at least 0.</param>
    /// <returns>Null if every plan needs more than <paramref name="maxMoves"/> moves, or there is none.</returns>
    public static SokobanSolution? FindShortest(SokobanLevel level, SokobanState start, int maxMoves = int.MaxValue)
    {
        TryFindShortest(level, start, maxMoves, maxStates: int.MaxValue, out var solution);
        return solution;
    }

    /// <summary>The same within a budget.</summary>
    /// <param name="maxStates">States to look at, about; one takes some 50 bytes.</param>
    /// <param name="solution">What <see cref="FindShortest"/> gives; null without an answer.</param>
    /// <returns>False where the budget ended before there was an answer.</returns>
    public static bool TryFindShortest(SokobanLevel level, SokobanState start, int maxMoves, int maxStates, out SokobanSolution? solution)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxMoves);
        return (s_search ??= new Search()).TryRun(level, start, maxMoves, maxStates, out solution);
    }

    /// <summary>False for a dead end: no sequence of moves, however long, solves the position.</summary>
    public static bool CanBeSolved(SokobanLevel level, SokobanState state) => CanBeSolved(level, state, int.MaxValue)!.Value;

    /// <returns>Null where that cannot be told by looking at about <paramref name="maxStates"/> states.</returns>
    public static bool? CanBeSolved(SokobanLevel level, SokobanState state, int maxStates) =>
        HasBoxInACorner(level, state) ? false
        : TryFindShortest(level, state, int.MaxValue, maxStates, out var solution) ? solution is not null
        : null;

    // The most common dead end, and the one that is seen without a search: a box off target with walls on two sides that meet.
    private static bool HasBoxInACorner(SokobanLevel level, SokobanState state)
    {
        var isWallBesideOrBefore = (level.Walls << 1) | (level.Walls >> 1);
        var isWallAboveOrBelow = (level.Walls << level.Columns) | (level.Walls >> level.Columns);
        return (state.Boxes & ~level.Targets & isWallBesideOrBefore & isWallAboveOrBelow) != 0;
    }

    private sealed class Search
    {
        private readonly StateIndex _states = new();
        private Arrival[] _arrivals = new Arrival[512];

        public bool TryRun(SokobanLevel level, SokobanState start, int maxMoves, int maxStates, out SokobanSolution? solution)
        {
            _states.Clear();
            _states.TryAdd(start, out _);
            solution = level.IsSolved(start) ? new SokobanSolution([], [], StatesSeen: 1, StatesExpanded: 0) : null;
            var (layerStart, layerEnd) = (0, 1);
            for (var depth = 0; solution is null && depth < maxMoves && layerStart < layerEnd; depth++)
            {
                for (var index = layerStart; index < layerEnd; index++)
                {
                    if (_states.Count > maxStates)
                    {
                        return false;
                    }

                    Expand(level, index, layerEnd);
                }

                (layerStart, layerEnd) = (layerEnd, _states.Count);
                solution = Solved(level, layerStart, layerEnd);
            }

            return true;
        }

        // First moves are kept as bits and joined where shortest ways to a state meet.
        private void Expand(SokobanLevel level, int index, int layerEnd)
        {
            var state = _states[index];
            foreach (var direction in s_directions)
            {
                var next = level.Step(state, direction);
                if (next == state)
                {
                    continue;
                }

                var firstMoves = index == 0 ? 1 << (int)direction : _arrivals[index].FirstMoves;
                if (_states.TryAdd(next, out var nextIndex))
                {
                    if (nextIndex == _arrivals.Length)
                    {
                        Array.Resize(ref _arrivals, nextIndex * 2);
                    }

                    _arrivals[nextIndex] = new Arrival(index, direction, firstMoves);
                }
                else if (nextIndex >= layerEnd)
                {
                    _arrivals[nextIndex].FirstMoves |= firstMoves;
                }
            }
        }

        private SokobanSolution? Solved(SokobanLevel level, int layerStart, int layerEnd)
        {
            var (goal, firstMoves) = (-1, 0);
            for (var index = layerStart; index < layerEnd; index++)
            {
                if (level.IsSolved(_states[index]))
                {
                    goal = goal < 0 ? index : goal;
                    firstMoves |= _arrivals[index].FirstMoves;
                }
            }

            return goal < 0
                ? null
                : new SokobanSolution(PlanTo(goal), [.. s_directions.Where(d => (firstMoves & (1 << (int)d)) != 0)], _states.Count, layerStart);
        }

        private List<Direction> PlanTo(int goal)
        {
            var plan = new List<Direction>();
            for (var index = goal; index != 0; index = _arrivals[index].From)
            {
                plan.Add(_arrivals[index].By);
            }

            plan.Reverse();
            return plan;
        }
    }

    private record struct Arrival(int From, Direction By, int FirstMoves);
}
