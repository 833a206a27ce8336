using System.Text.Json.Nodes;
using Thaw.Core.Tasks.Points.Reference;

namespace Thaw.Core.Tests.Tasks.Points.Reference;

public class ReferenceHandTests
{
    private static readonly PointsReference s_source = new();

    [Fact]
    public void Open_GoldenSeeds_GivesTheGoldenHandsBitByBit() => AssertHands(GoldenFile.Entries("tasks/points_hands.json"));

    [Fact]
    public void Open_OtherSeedsAndFiveCards_GivesTheHandsOfTheReferenceScript() => AssertHands(
        GoldenFile.Entries("tasks/reference_hands.json").Where(hand => !((string)hand["split"]!).StartsWith("train", StringComparison.Ordinal)));

    [Fact]
    public void PaperTraining_HandOfASeed_IsThatOfTheReferenceScript()
    {
        var hands = GoldenFile.Entries("tasks/reference_hands.json").Where(hand => ((string)hand["split"]!).StartsWith("train", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(hands);
        Assert.All(hands, golden =>
        {
            var row = s_source.PaperTraining.Make((uint)golden["seed"]!).Row;
            golden.Remove("redraws");
            Assert.Equal(golden.ToJsonString(), row.ToJsonString());
        });
    }

    [Theory]
    [InlineData(10, 566)]
    [InlineData(13, 1362)]
    public void CanMake_MultisetsOfFour_FindsAsManyAsTheReferenceCounted(int greatest, int solvable)
    {
        var values = Enumerable.Range(1, greatest).ToArray();
        var hands =
            from a in values
            from b in values
            from c in values
            from d in values
            where a <= b && b <= c && c <= d
            select (int[])[a, b, c, d];

        Assert.Equal(solvable, hands.Count(hand => BracketSolver.CanMake(24, hand)));
    }

    [Theory]
    [InlineData(true, 3, 3, 8, 8)]
    [InlineData(true, 1, 3, 4, 6)]
    [InlineData(true, 6, 6, 6, 6)]
    [InlineData(false, 1, 1, 1, 1)]
    [InlineData(false, 13, 13, 13, 13)]
    public void CanMake_KnownHand_IsJudgedExactly(bool expected, params int[] values) => Assert.Equal(expected, BracketSolver.CanMake(24, values));

    [Fact]
    public void Open_UnknownSplit_NamesTheNearest() =>
        Assert.Equal("unknown points split 'all-6'; the nearest known one is 'all-5'", Assert.Throws<ArgumentException>(() => s_source.Open("all-6")).Message);

    private static void AssertHands(IEnumerable<JsonObject> hands) => Assert.All(hands, golden =>
    {
        var split = ((string)golden["split"]!).Replace('_', '-');
        var row = s_source.Open(split)((uint)golden["seed"]!).Row;

        Assert.Equal(split, (string)row["split"]!);
        Assert.Equal(golden["cards"]!.ToJsonString(), row["cards"]!.ToJsonString());
        Assert.Equal(golden["values"]!.ToJsonString(), row["values"]!.ToJsonString());
    });
}
