using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class SokobanRoomGeneratorTests
{
    [Fact]
    public void Next_ManyRooms_HasTheLengthsOfThePublicGenerator()
    {
        // Optimal lengths of 1,100 rooms of the public generator (paper.md 1.2), as shares.
        double[] expected = [0.084, 0.250, 0.116, 0.149, 0.174, 0.099, 0.048, 0.050];
        const int count = 5000;
        var lengths = Rooms.Make(Rooms.Small, count).Select(room => SokobanSolver.FindShortest(room.Level, room.Start)!.Plan.Count).ToList();

        Assert.All(expected, (share, index) =>
        {
            // Three standard errors of 1,100 rooms, the smaller sample, and a little of ours.
            var tolerance = 3.3 * Math.Sqrt(share * (1 - share) / 1100);
            Assert.Equal(share, lengths.Count(length => length == index + 1) / (double)count, tolerance);
        });
    }

    [Theory]
    [InlineData(6, 6, 2)]
    [InlineData(10, 10, 2)]
    [InlineData(8, 5, 3)]
    public void Next_AnyShape_GivesASolvableRoomOfThatShape(int rows, int columns, int boxes)
    {
        Assert.All(Rooms.Make(new RoomShape(rows, columns, boxes), 30), room =>
        {
            Assert.Equal((rows, columns, boxes), (room.Level.Rows, room.Level.Columns, (int)UInt128.PopCount(room.Start.Boxes)));
            Assert.Equal((UInt128)0, room.Start.Boxes & room.Level.Targets);
            Assert.True(SokobanSolver.CanBeSolved(room.Level, room.Start));
        });
    }

    [Fact]
    public void Next_SameStream_GivesTheSameRooms() => Assert.Equal(Rooms.Make(Rooms.Small, 50), Rooms.Make(Rooms.Small, 50));

    [Fact]
    public void Next_NoPlaceForTheBoxes_SaysSo()
    {
        var generator = new SokobanRoomGenerator(new RoomShape(4, 4, 3));

        var error = Assert.Throws<InvalidOperationException>(() => generator.Next(SplitMix64.For(1, "none")));

        Assert.Equal("No 4 × 4 room with 3 box(es) came out of 1000 attempts.", error.Message);
    }
}
