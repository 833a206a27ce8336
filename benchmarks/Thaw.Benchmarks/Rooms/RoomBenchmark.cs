using System.Diagnostics;
using System.Globalization;
using Thaw.Benchmarks.Output;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Benchmarks.Rooms;

/// <summary>What the Sokoban task does in a second, on one thread.</summary>
/// <remarks>Every round makes new rooms from its own stream, and the kinds of work on one shape take exactly those.</remarks>
internal static class RoomBenchmark
{
    // So many that a round takes most of a second and a pause of the collector does not decide it.
    private static readonly (RoomShape Shape, int Rooms)[] s_shapes = [(new(6, 6, 1), 200_000), (new(6, 6, 2), 20_000), (new(10, 10, 1), 20_000), (new(10, 10, 2), 10_000)];

    public static IReadOnlyList<RoomResult> Run(int rounds, TextWriter text)
    {
        var results = new List<RoomResult>();
        foreach (var (shape, rooms) in s_shapes)
        {
            results.AddRange(Run(RoomWork.OnRooms(shape, rooms), rounds, text));
        }

        results.AddRange(Run(RoomWork.OnPuzzles(new RoomShape(10, 10, 4), 200), rounds, text));
        results.AddRange(Run(RoomWork.OnDemonstrations(100_000), rounds, text));
        return results;
    }

    public static string Markdown(IReadOnlyList<RoomResult> results) =>
        "| Sokoban, one thread | median a second | least | greatest | a second of CPU time | rounds |\n|---|---|---|---|---|---|\n" +
        string.Concat(results.Select(r => string.Create(
            CultureInfo.InvariantCulture, $"| {r.Work} {r.Shape} | {r.Median:n0} | {r.Min:n0} | {r.Max:n0} | {r.CpuMedian:n0} | {r.Rounds} |\n")));

    private static IEnumerable<RoomResult> Run(RoomWork work, int rounds, TextWriter text)
    {
        var rates = work.Kinds.Select(_ => (Clock: new List<double>(), Cpu: new List<double>())).ToList();

        // Round 0 warms up: tiered compilation recompiles hot methods in its course.
        for (var round = 0; round <= rounds; round++)
        {
            work.Prepare(round);
            foreach (var ((name, run), rate) in work.Kinds.Zip(rates))
            {
                var (clock, cpu, count) = Time(run);
                if (round > 0)
                {
                    rate.Clock.Add(count / clock);
                    rate.Cpu.Add(count / cpu);
                    text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {work.Shape}, round {round}: {count / clock:n0}/s, {count / cpu:n0} in a second of CPU time"));
                }
            }
        }

        return work.Kinds.Zip(rates, (kind, rate) => new RoomResult(
            work.Shape, kind.Name, Median.Of(rate.Clock), rate.Clock.Min(), rate.Clock.Max(), Median.Of(rate.Cpu), rounds));
    }

    private static (double Clock, double Cpu, long Count) Time(Func<long> run)
    {
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var count = run();
        var elapsed = clock.Elapsed.TotalSeconds;
        process.Refresh();
        return (elapsed, (process.TotalProcessorTime - cpu).TotalSeconds, count);
    }
}
