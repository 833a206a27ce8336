namespace Thaw.Benchmarks.Rooms;

/// <summary>How much of one kind of work on rooms of one shape is done in a second, over several rounds.</summary>
/// <param name="Work">What is counted, with its unit: <c>generate, rooms</c>.</param>
/// <param name="Median">By the clock, as <paramref name="Min"/> and <paramref name="Max"/>.</param>
/// <param name="CpuMedian">In a second of processor time: what another program on the machine takes away does not count.</param>
internal sealed record RoomResult(string Shape, string Work, double Median, double Min, double Max, double CpuMedian, int Rounds);
