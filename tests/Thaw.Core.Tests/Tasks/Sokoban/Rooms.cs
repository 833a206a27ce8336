using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

/// <summary>Generated rooms for tests.</summary>
internal static class Rooms
{
    public static RoomShape Small { get; } = new(6, 6, 1);

    public static List<SokobanInstance> Make(RoomShape shape, int count, ulong seed = 1)
    {
        var generator = new SokobanRoomGenerator(shape);
        var random = SplitMix64.For(seed, "tests");
        return [.. Enumerable.Range(0, count).Select(_ => generator.Next(random))];
    }
}
