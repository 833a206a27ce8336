using System.Text.Json.Nodes;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban.Reference;

public class ReferenceRoomTests
{
    private static readonly IReferenceSource s_source = new SokobanTask().Reference;

    [Fact]
    public void Open_GoldenSeeds_GivesTheGoldenRowsBitByBit() => Assert.All(
        GoldenFile.Entries("tasks/sokoban_rooms.json"),
        golden => Assert.Equal(golden.ToJsonString(), RowLike(golden).ToJsonString()));

    [Fact]
    public void Open_OtherSizesSeedsAndDepths_GivesTheRoomsOfTheReferenceScript() => Assert.All(
        GoldenFile.Entries("tasks/reference_rooms.json"),
        golden =>
        {
            var row = RowLike(golden);
            row.Remove("shortest");
            Assert.Equal(golden.ToJsonString(), row.ToJsonString());
        });

    [Fact]
    public void Open_SeedWithoutARoom_SaysWhatThePublicGeneratorRaises()
    {
        Assert.StartsWith("RuntimeWarning: ", s_source.Open("two-boxes")(452).Failure, StringComparison.Ordinal);
        Assert.StartsWith("RuntimeError: ", s_source.Open([3, 3, 1, 30])(1).Failure, StringComparison.Ordinal);
        Assert.Null(s_source.Open("two-boxes")(451).Failure);
    }

    [Theory]
    [InlineData("larger", "10,10,1")]
    [InlineData("fake-emoji", "6,6,1")]
    [InlineData("complex", "10,10,2")]
    public void Open_Split_HasItsShape(string split, string shape)
    {
        var row = s_source.Open(split)(7).Row;

        Assert.Equal(shape, $"{row["rows"]},{row["cols"]},{row["boxes"]}");
        Assert.Equal(30, (int)row["search_depth"]!);
    }

    [Theory]
    [InlineData(2, 6, 1, 30, "--rows must lie between 3 and 128, not 2.")]
    [InlineData(6, 6, 0, 30, "--boxes must lie between 1 and 128, not 0.")]
    [InlineData(6, 6, 1, 901, "--search-depth must lie between 1 and 900, not 901.")]
    [InlineData(13, 10, 1, 30, "A room holds at most 128 cells, not 13 × 10.")]
    public void Open_ValueOutsideItsRange_IsNamed(int rows, int columns, int boxes, int depth, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => s_source.Open([rows, columns, boxes, depth])).Message);

    [Fact]
    public void Open_UnknownSplit_NamesTheNearest() =>
        Assert.Equal("unknown sokoban split 'largr'; the nearest known one is 'larger'", Assert.Throws<ArgumentException>(() => s_source.Open("largr")).Message);

    [Fact]
    public void PaperTraining_ThousandRooms_HaveTheNumberOfPositionsThatTheReferenceCounted()
    {
        // Counted with the public generator for seeds 42 to 1041: 3,982 positions in 896 different rooms, all seeds giving one.
        var training = s_source.PaperTraining;
        var rows = Enumerable.Range(0, training.Count).Select(i => training.Make(training.FirstSeed + (uint)i)).ToList();

        Assert.All(rows, row => Assert.Null(row.Failure));
        Assert.Equal(3982, rows.Sum(row => row.Row["shortest"]!.AsArray().Count));
        Assert.Equal(896, rows.Select(row => row.Row["state"]!.ToJsonString() + row.Row["fixed"]!.ToJsonString()).Distinct().Count());
    }

    private static JsonObject RowLike(JsonObject golden) =>
        s_source.Open([(int)golden["rows"]!, (int)golden["cols"]!, (int)golden["boxes"]!, (int)golden["search_depth"]!])((uint)golden["seed"]!).Row;
}
