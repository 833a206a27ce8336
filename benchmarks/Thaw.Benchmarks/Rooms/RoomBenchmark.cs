using System.Diagnostics;
using System.Globalization;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Benchmarks.Rooms;

/// <summary>Rooms made and rooms solved in a second, on one thread.</summary>
/// <remarks>Every round makes new rooms from its own stream, then solves exactly those.</remarks>
internal static class RoomBenchmark
{
    // So many that a round takes most of a second and a pause of the collector does not decide it.
    private static readonly (RoomShape Shape, int Rooms)[] s_cases = [(new RoomShape(6, 6, 1), 200_000), (new RoomShape(10, 10, 2), 10_000)];

    public static IReadOnlyList<RoomResult> Run(int rounds, TextWriter text)
    {
        var results = new List<RoomResult>();
        foreach (var (shape, rooms) in s_cases)
        {
            var generator = new SokobanRoomGenerator(shape);
            var (made, solved) = (new List<double>(), new List<double>());
            // Round 0 warms up: tiered compilation recompiles hot methods in its course.
            for (var round = 0; round <= rounds; round++)
            {
                var (generate, solve) = Round(generator, rooms, SplitMix64.For(0, $"benchmark/rooms/{shape}/{round}"));
                if (round > 0)
                {
                    made.Add(generate);
                    solved.Add(solve);
                    text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rooms {shape}, round {round}: {generate:n0} made/s, {solve:n0} solved/s"));
                }
            }

            results.Add(Result(shape, "generate", made));
            results.Add(Result(shape, "solve", solved));
        }

        return results;
    }

    public static string Markdown(IReadOnlyList<RoomResult> results) =>
        "| Sokoban rooms, one thread | median, rooms/s | least | greatest | rounds |\n|---|---|---|---|---|\n" +
        string.Concat(results.Select(r => string.Create(CultureInfo.InvariantCulture, $"| {r.Work} {r.Shape} | {r.Median:n0} | {r.Min:n0} | {r.Max:n0} | {r.Rounds} |\n")));

    private static (double MadePerSecond, double SolvedPerSecond) Round(SokobanRoomGenerator generator, int count, SplitMix64 random)
    {
        var rooms = new SokobanInstance[count];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            rooms[i] = generator.Next(random);
        }

        var generate = clock.Elapsed.TotalSeconds;
        clock.Restart();
        foreach (var room in rooms)
        {
            if (SokobanSolver.FindShortest(room.Level, room.Start) is null)
            {
                throw new InvalidOperationException($"Room {room.Id} cannot be solved, yet the generator made it.");
            }
        }

        return (count / generate, count / clock.Elapsed.TotalSeconds);
    }

    private static RoomResult Result(RoomShape shape, string work, List<double> rates) =>
        new(shape.ToString(), work, Output.Median.Of(rates), rates.Min(), rates.Max(), rates.Count);
}
