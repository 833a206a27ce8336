using System.Diagnostics;
using System.Globalization;
using Thaw.Benchmarks.Output;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Benchmarks.Tasks;

/// <summary>What the tasks do in a second on one thread, beside plain Python; what four-box rooms need; and whole data sets by <c>thaw gen</c>.</summary>
/// <remarks>Every round makes new rooms from its own stream, and the kinds of work on one shape take exactly those.</remarks>
internal static class TaskBenchmark
{
    // So many that a round takes most of a second and a pause of the collector does not decide it.
    private static readonly (RoomShape Shape, int Rooms)[] s_shapes = [(new(6, 6, 1), 200_000), (new(6, 6, 2), 20_000), (new(10, 10, 1), 20_000), (new(10, 10, 2), 10_000)];

    private static readonly (int Cards, int Hands)[] s_hands = [(4, 20_000), (5, 2_000), (6, 100)];

    /// <param name="root">The repository, for the scripts of the other side.</param>
    public static TaskReport Run(int rounds, string root, TextWriter text)
    {
        var results = new List<TaskResult>();
        foreach (var (shape, rooms) in s_shapes)
        {
            results.AddRange(Run(TaskWork.OnRooms(shape, rooms), rounds, text));
        }

        foreach (var (cards, hands) in s_hands)
        {
            results.AddRange(Run(TaskWork.OnHands(cards, hands), rounds, text));
        }

        results.AddRange(Run(TaskWork.OnDemonstrations(100_000), rounds, text));
        var puzzles = PuzzleWork.Run(text);
        var datasets = DatasetWork.Run(text);
        var python = PythonSide.Run(root);
        return new TaskReport(
            [.. results.Select(result => result with { Python = python.Rates.TryGetValue((result.Work, result.Shape), out var rate) ? rate : null })],
            puzzles,
            datasets,
            python.Agrees);
    }

    private static IEnumerable<TaskResult> Run(TaskWork work, int rounds, TextWriter text)
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

        return work.Kinds.Zip(rates, (kind, rate) => new TaskResult(
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
