namespace Thaw.Benchmarks.Tasks;

/// <summary>How much of one kind of work on instances of one shape is done in a second, over several rounds.</summary>
/// <param name="Work">What is counted, with its unit: <c>generate, rooms</c>.</param>
/// <param name="Median">By the clock, as <paramref name="Min"/> and <paramref name="Max"/>.</param>
/// <param name="CpuMedian">In a second of processor time: what another program on the machine takes away does not count.</param>
/// <param name="Python">What plain Python does in a second of processor time; null where that was not measured.</param>
internal sealed record TaskResult(string Shape, string Work, double Median, double Min, double Max, double CpuMedian, int Rounds, double? Python = null)
{
    /// <summary>By processor time on both sides.</summary>
    public double? Ratio => CpuMedian / Python;
}

/// <summary>One data set written by <c>thaw gen</c> in a process of its own.</summary>
/// <param name="Seconds">By the clock, from the start of the process to its end.</param>
internal sealed record DatasetResult(int Rows, double Seconds, double PeakMegabytes, long Bytes);

/// <summary>Four-box rooms that were given a time each.</summary>
/// <param name="Optimal">Rooms with a plan and the proof that none is shorter.</param>
/// <param name="MedianMilliseconds">Of all rooms, as <paramref name="NinetyNinthPercentile"/> and <paramref name="Greatest"/>.</param>
internal sealed record PuzzleResult(
    string Rooms, double LimitSeconds, int Count, int Optimal, int Solved, double MedianMilliseconds, double NinetyNinthPercentile, double Greatest, double MedianMoves);

/// <summary>All of one run.</summary>
/// <param name="Agrees">Python came to the same answers on the instances that both were given.</param>
internal sealed record TaskReport(IReadOnlyList<TaskResult> Work, IReadOnlyList<PuzzleResult> Puzzles, IReadOnlyList<DatasetResult> Datasets, bool Agrees);
