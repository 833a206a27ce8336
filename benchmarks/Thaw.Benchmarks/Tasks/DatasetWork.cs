using System.Diagnostics;
using System.Globalization;

namespace Thaw.Benchmarks.Tasks;

/// <summary>Diverse answer-only Sokoban demonstrations as a user makes them: <c>thaw gen</c> in a process of its own, on every core.</summary>
internal static class DatasetWork
{
    // Memory that grows with the rows would show between the two.
    private static readonly int[] s_rows = [100_000, 1_000_000];

    public static IReadOnlyList<DatasetResult> Run(TextWriter text) => [.. s_rows.Select(rows =>
    {
        var result = Write(rows);
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"thaw gen, {rows:n0} rows: {result.Seconds:0.0} s, at most {result.PeakMegabytes:n0} MB"));
        return result;
    })];

    private static DatasetResult Write(int rows)
    {
        var folder = Directory.CreateTempSubdirectory("thaw-gen-");
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            string[] arguments =
            [
                Path.Combine(AppContext.BaseDirectory, "thaw.dll"), "gen", "--task", "sokoban", "--diversity", "diverse", "--format", "answer",
                "--count", rows.ToString(CultureInfo.InvariantCulture), "--seed", "1", "--out", Path.Combine(folder.FullName, "rows"),
            ];
            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            var clock = Stopwatch.StartNew();
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            var peak = 0.0;
            while (!process.WaitForExit(TimeSpan.FromMilliseconds(20)))
            {
                process.Refresh();
                peak = Math.Max(peak, process.HasExited ? 0 : process.PeakWorkingSet64 / 1048576.0);
            }

            var seconds = clock.Elapsed.TotalSeconds;
            return process.ExitCode == 0
                ? new DatasetResult(rows, seconds, peak, folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length))
                : throw new InvalidOperationException($"thaw gen ended with exit code {process.ExitCode}.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
