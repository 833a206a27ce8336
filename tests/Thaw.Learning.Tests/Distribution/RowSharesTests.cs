using Thaw.Learning.Distribution;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Distribution;

public sealed class RowSharesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Of_AllRanks_HaveEveryRowOnce(int count)
    {
        var rows = Rows();
        var shares = Enumerable.Range(0, count).Select(rank => RowShares.Of(rows, rank, count)).ToList();

        Assert.Equal(rows.ToHashSet(), shares.SelectMany(share => share).ToHashSet());
        Assert.Equal(rows.Count, shares.Sum(share => share.Count));
    }

    [Fact]
    public void Of_TwoRanks_DifferByAtMostTheLongestRow()
    {
        var rows = Rows();
        var tokens = Enumerable.Range(0, 2).Select(rank => RowShares.Of(rows, rank, 2).Sum(row => row.Ids.Length)).ToList();

        Assert.InRange(Math.Abs(tokens[0] - tokens[1]), 0, rows.Max(row => row.Ids.Length));
    }

    [Fact]
    public void Of_RowsThatBeginAlike_StayTogether()
    {
        // Two prompts, four completions each, mixed.
        var prompts = new[] { TinyModels.Ids("a", 12), TinyModels.Ids("b", 12) };
        var rows = Enumerable.Range(0, 8).Select(i => TrainingExample.FromPromptAndCompletion(prompts[i % 2], TinyModels.Ids($"completion/{i}", 3))).ToList();

        Assert.All(Enumerable.Range(0, 2), rank => Assert.Single(RowShares.Of(rows, rank, 2).Select(row => row.Ids[0]).Distinct()));
    }

    [Fact]
    public void Of_OneRank_LeavesTheRowsAsTheyAre()
    {
        var rows = Rows();

        Assert.Same(rows, RowShares.Of(rows, 0, 1));
    }

    private static List<TrainingExample> Rows() => [.. Enumerable.Range(0, 20).Select(i => TinyModels.Example($"{i}", 2 + (i % 7), 1 + (i % 3)))];
}
