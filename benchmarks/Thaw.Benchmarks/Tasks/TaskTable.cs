using System.Globalization;

namespace Thaw.Benchmarks.Tasks;

/// <summary>A run of the task benchmark as Markdown.</summary>
internal static class TaskTable
{
    public static string Markdown(TaskReport report) => string.Create(CultureInfo.InvariantCulture, $"""
        | one thread | median a second | least | greatest | a second of CPU time | microseconds of CPU time each | plain Python, a second of CPU time | ratio |
        |---|---|---|---|---|---|---|---|
        {Lines(report.Work, r => string.Create(CultureInfo.InvariantCulture, $"| {r.Work} {r.Shape} | {r.Median:n0} | {r.Min:n0} | {r.Max:n0} | {r.CpuMedian:n0} | {1e6 / r.CpuMedian:0.00} | {Rate(r.Python)} | {Rate(r.Ratio)} |"))}

        | rooms 10x10-4, {report.Puzzles[0].LimitSeconds} s each | rooms | proven optimal | solved | median, ms | 99th percentile, ms | greatest, ms | median moves |
        |---|---|---|---|---|---|---|---|
        {Lines(report.Puzzles, r => string.Create(CultureInfo.InvariantCulture, $"| {r.Rooms} | {r.Count} | {r.Optimal} | {r.Solved} | {r.MedianMilliseconds:0.00} | {r.NinetyNinthPercentile:0.0} | {r.Greatest:0} | {r.MedianMoves:0} |"))}

        | `thaw gen`, diverse answer-only Sokoban rows | seconds | peak memory, MB | bytes written |
        |---|---|---|---|
        {Lines(report.Datasets, r => string.Create(CultureInfo.InvariantCulture, $"| {r.Rows:n0} | {r.Seconds:0.0} | {r.PeakMegabytes:n0} | {r.Bytes:n0} |"))}

        """);

    private static string Rate(double? rate) => rate switch
    {
        null => "",
        < 10 => rate.Value.ToString("0.000", CultureInfo.InvariantCulture),
        _ => rate.Value.ToString("n0", CultureInfo.InvariantCulture),
    };

    private static string Lines<T>(IEnumerable<T> rows, Func<T, string> line) => string.Join('\n', rows.Select(line));
}
