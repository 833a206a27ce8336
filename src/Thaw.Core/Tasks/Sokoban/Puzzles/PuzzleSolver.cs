using System.Diagnostics;
using Thaw.Core.Tasks.Sokoban.Pushing;

namespace Thaw.Core.Tasks.Sokoban.Puzzles;

/// <summary>Solves puzzles of any size, in the fewest moves where the budget is enough for the proof.</summary>
/// <remarks>
/// First a search for the best plan; where that takes long, greedy ones for any plan and for a better one, whose length then bounds the
/// first search, which goes on with the rest of the time. Rooms of the paper's sizes are better served by <see cref="SokobanSolver"/>, which also gives
/// every optimal first move.
/// </remarks>
public static class PuzzleSolver
{
    private const double FirstShare = 0.1;
    private const double GreedyShare = 0.2;
    private const double GreedyMemoryShare = 0.25;
    private const int MaxBoxes = 1024;

    // Weights of the bound in the greedy searches: the first goes straight for a plan, the second for a short one.
    private static readonly int[] s_greedyWeights = [30, 4];
    private static readonly TimeSpan s_firstAtMost = TimeSpan.FromSeconds(0.5);

    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked for.</exception>
    public static PuzzleSolution Solve(SokobanPuzzle puzzle, PuzzleBudget budget, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        if (new PuzzlePosition(puzzle).IsSolved)
        {
            return new PuzzleSolution(PuzzleOutcome.Optimal, [], 0, clock.Elapsed);
        }

        var board = PushBoard.Of(puzzle);
        if (board.HasLostBox)
        {
            return new PuzzleSolution(PuzzleOutcome.NoSolution, null, 0, clock.Elapsed);
        }

        return Fits(board, budget)
            ? new Attempt(puzzle, board, budget, clock, cancellation).Run()
            : new PuzzleSolution(PuzzleOutcome.NotWithinBudget, null, 0, clock.Elapsed);
    }

    // The tables of distances and sides are made whole before the search begins.
    private static bool Fits(PushBoard board, PuzzleBudget budget)
    {
        var sides = (long)board.LiveCells * board.CellCount;
        var distances = (long)board.LiveCells * PushBoard.Directions * board.Targets.Length;
        return board.Boxes.Length <= MaxBoxes
            && Math.Max(sides, distances) <= Array.MaxLength
            && sides + (distances * sizeof(int)) <= budget.MemoryBytes / 4;
    }

    /// <summary>The searches for one puzzle.</summary>
    private sealed class Attempt(SokobanPuzzle puzzle, PushBoard board, PuzzleBudget budget, Stopwatch clock, CancellationToken cancellation)
    {
        private readonly PushDistances _distances = new(board);
        private readonly PairMoves? _pairs = board.Boxes.Length > 1 ? PairMoves.OfOrNull(board) : null;

        public PuzzleSolution Run()
        {
            var nodes = Math.Min(budget.MemoryBytes / (2 * PushNodes.BytesFor(board.LiveCells)), PushNodes.MostFor(board.LiveCells));
            var exact = new PushSearch(board, _distances, _pairs, weight: 1, nodes);
            var first = TimeSpan.FromTicks(Math.Min(s_firstAtMost.Ticks, (budget.TimeLimit * FirstShare).Ticks));
            exact.Advance(Until(first));
            if (exact.IsExhausted)
            {
                return Result(exact, exact, exact.Expanded);
            }

            var (best, expanded) = (exact, 0L);
            foreach (var weight in s_greedyWeights)
            {
                var greedy = new PushSearch(board, _distances, _pairs, weight, (long)(nodes * GreedyMemoryShare)) { UpperBound = best.UpperBound };
                greedy.Advance(Until(clock.Elapsed + (budget.TimeLimit * GreedyShare), () => greedy.Goal >= 0));
                best = greedy.Goal >= 0 ? greedy : best;
                expanded += greedy.Expanded;
                if (greedy.IsExhausted)
                {
                    return Result(greedy, best, exact.Expanded + expanded);
                }
            }

            exact.UpperBound = best.UpperBound;
            exact.Advance(Until(budget.TimeLimit));
            return Result(exact, exact.UpperBound < best.UpperBound ? exact : best, exact.Expanded + expanded);
        }

        private Func<bool> Until(TimeSpan end, Func<bool>? isDone = null) => () =>
        {
            cancellation.ThrowIfCancellationRequested();
            return clock.Elapsed >= end || isDone?.Invoke() == true;
        };

        private PuzzleSolution Result(PushSearch proof, PushSearch best, long expanded)
        {
            var outcome = (best.Goal >= 0, proof.IsExhausted) switch
            {
                (true, true) => PuzzleOutcome.Optimal,
                (true, false) => PuzzleOutcome.Solved,
                (false, true) => PuzzleOutcome.NoSolution,
                (false, false) => PuzzleOutcome.NotWithinBudget,
            };
            return new PuzzleSolution(outcome, best.Goal >= 0 ? PushPlan.Moves(puzzle, board, best.Pushes()) : null, expanded, clock.Elapsed);
        }
    }
}
