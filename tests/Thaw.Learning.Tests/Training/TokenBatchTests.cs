using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Training;

public sealed class TokenBatchTests
{
    private static readonly int[] s_stem = TinyModels.Ids("stem", 6);

    [Fact]
    public void Of_RowsThatBeginAlike_HoldsTheBeginningOnce()
    {
        var batch = TokenBatch.Of([Row([1, 2, 3, 4], [5, 6]), Row([1, 2, 3, 7, 8], [9])]);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], batch.Ids);
        Assert.Equal([0, 1, 2, 3, 4, 5, 3, 4, 5], batch.Positions!);
        Assert.Equal([3, 4, 7], batch.ScoredPlaces);
        Assert.Equal([5, 6, 9], batch.Targets);
        Assert.Equal([0, 0, 1], batch.Sequences);
        Assert.Equal(12, batch.ExampleTokens);
    }

    [Fact]
    public void Of_EqualRows_ScoresOnePlaceTwice()
    {
        var batch = TokenBatch.Of([Row([1, 2], [5]), Row([1, 2], [5])]);

        Assert.Equal([1, 2, 5], batch.Ids);
        Assert.Null(batch.Positions);
        Assert.Equal([1, 1], batch.ScoredPlaces);
        Assert.Equal([0, 1], batch.Sequences);
    }

    [Fact]
    public void Of_RowsApart_PadsThem()
    {
        var batch = TokenBatch.Of([[Row([1, 2], [5])], [Row([1, 2, 3], [6]), Row([7], [8])]], sharesPrefixes: false);

        Assert.Equal([1, 2, 5, 0, 0, 0, 1, 2, 3, 6, 7, 8], batch.Ids);
        Assert.Equal([0, 1, 2, 0, 0, 0, 0, 1, 2, 3, 0, 1], batch.Positions!);
        Assert.Equal([1, 8, 10], batch.ScoredPlaces);
        Assert.Equal([0, 1, 2], batch.Sequences);
    }

    [Fact]
    public void Of_NoRows_Throws() => Assert.Throws<ArgumentException>(() => TokenBatch.Of([]));

    [Fact]
    public void Step_OnASharedBeginning_GivesTheLossAndGradientsOfPlainRows()
    {
        using var model = TinyModels.Fresh();
        TrainingExample[] rows =
        [
            Row([.. s_stem, 7, 8], [3, 9, 4]),
            Row([.. s_stem, 7], [5]),
            Row(s_stem, [1, 2, 3, 4, 5]),
        ];
        var batch = TokenBatch.Of(rows);

        Assert.Equal(6 + 5 + 1 + 5, batch.TokenCount);
        Steps.AssertAlike(model, [.. rows.Select(Steps.Plain)], [batch]);
    }

    [Fact]
    public void Step_OnAPrefixTree_GivesTheLossAndGradientsOfItsBranchesAsRows()
    {
        using var model = TinyModels.Fresh();
        var tree = Tree(s_stem, [7, 3, 9], [8, 4], [5, 6, 7, 8]);

        Steps.AssertAlike(model, [.. BranchesOf(tree).Select(Steps.Plain)], [TokenBatch.Of([tree])]);
    }

    [Fact]
    public void Step_OnTreesOfDifferentShapeThatBeginAlike_GivesTheLossAndGradientsOfTheirBranchesAsRows()
    {
        using var model = TinyModels.Fresh();
        TrainingExample[] trees =
        [
            Tree([.. s_stem, 9], [7, 3, 9], [8, 4]),
            Tree([.. s_stem, 8, 7, 6], [1, 2], [2, 1], [3, 3, 3]),
            Row(s_stem, [4, 4]),
        ];
        var batch = TokenBatch.Of(trees);

        Assert.Equal(6 + 6 + 10 + 2, batch.TokenCount);
        Steps.AssertAlike(model, [.. trees.SelectMany(BranchesOf).Select(Steps.Plain)], [batch]);
    }

    [Fact]
    public void Step_OnATreeWithTargetsInItsStem_ScoresThemOnce()
    {
        using var model = TinyModels.Fresh();
        var tree = Tree(s_stem, [7, 3], [8, 4]);
        tree.IsTarget[2] = true;
        var branches = BranchesOf(tree).ToArray();
        branches[1].IsTarget[2] = false;

        Steps.AssertAlike(model, [.. branches.Select(Steps.Plain)], [TokenBatch.Of([tree])]);
    }

    private static TrainingExample Row(int[] prompt, int[] completion) => TrainingExample.FromPromptAndCompletion(prompt, completion);

    // All tokens of a branch but its first are targets.
    private static TrainingExample Tree(int[] stem, params int[][] branches)
    {
        List<int> ids = [.. stem];
        var isTarget = stem.Select(_ => false).ToList();
        var starts = new List<int>();
        foreach (var branch in branches)
        {
            starts.Add(ids.Count);
            ids.AddRange(branch);
            isTarget.AddRange(branch.Select((_, place) => place > 0));
        }

        return new TrainingExample([.. ids], [.. isTarget], [.. starts]);
    }

    private static IEnumerable<TrainingExample> BranchesOf(TrainingExample tree)
    {
        if (tree.BranchStarts.Length == 0)
        {
            yield return tree;
        }

        for (var i = 0; i < tree.BranchStarts.Length; i++)
        {
            var own = tree.BranchStarts[i]..(i + 1 < tree.BranchStarts.Length ? tree.BranchStarts[i + 1] : tree.Ids.Length);
            yield return new TrainingExample(
                [.. tree.Ids[..tree.StemLength], .. tree.Ids[own]],
                [.. tree.IsTarget[..tree.StemLength], .. tree.IsTarget[own]]);
        }
    }
}
