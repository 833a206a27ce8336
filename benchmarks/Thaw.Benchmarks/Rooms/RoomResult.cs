namespace Thaw.Benchmarks.Rooms;

/// <summary>Rooms a second of one shape and one kind of work, over several rounds.</summary>
/// <param name="Work"><c>generate</c> or <c>solve</c>.</param>
internal sealed record RoomResult(string Shape, string Work, double Median, double Min, double Max, int Rounds);
