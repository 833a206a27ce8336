using System.Globalization;
using Thaw.Benchmarks.Output;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Benchmarks.Tasks;

/// <summary>Rooms of 10×10 with four boxes, like those of Boxoban, each solved within a time of its own.</summary>
/// <remarks>
/// Boxoban's rooms come from the generator that the paper's comes from, with a far deeper reverse play; what is deeper has longer plans. The
/// open ones have walls strewn at random instead, which leaves more room to play in: harder for a solver.
/// </remarks>
internal static class PuzzleWork
{
    private const int CarvedRooms = 2000;
    private const int OpenRooms = 500;
    private const int BoxobanDepth = 300;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<PuzzleResult> Run(TextWriter text)
    {
        var generator = new SokobanRoomGenerator(new RoomShape(10, 10, 4), BoxobanDepth);
        var random = SplitMix64.For(0, "benchmark/boxoban");
        return
        [
            Solve("carved, reverse play of depth 300", CarvedRooms, () => SokobanPuzzle.Of(generator.Next(random)), text),
            Solve("open, one cell in ten a wall", OpenRooms, () => StrewnRoom.Make(random, wallShare: 0.1), text),
        ];
    }

    private static PuzzleResult Solve(string name, int count, Func<SokobanPuzzle> next, TextWriter text)
    {
        var solutions = Enumerable.Range(0, count).Select(_ => PuzzleSolver.Solve(next(), new PuzzleBudget(s_limit))).ToList();
        double[] times = [.. solutions.Select(solution => solution.Elapsed.TotalMilliseconds).Order()];
        var result = new PuzzleResult(
            name,
            s_limit.TotalSeconds,
            count,
            solutions.Count(solution => solution.Outcome == PuzzleOutcome.Optimal),
            solutions.Count(solution => solution.Plan is not null),
            Median.Of(times),
            times[(int)(0.99 * (count - 1))],
            times[^1],
            Median.Of(solutions.Where(solution => solution.Plan is not null).Select(solution => (double)solution.Plan!.Count)));
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"puzzles 10x10-4, {name}: {result.Optimal} of {count} optimal within {s_limit.TotalSeconds} s, median {result.MedianMilliseconds:0.00} ms"));
        return result;
    }
}
