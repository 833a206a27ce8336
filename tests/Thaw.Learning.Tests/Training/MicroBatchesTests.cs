using Thaw.Core.Randomness;
using Thaw.Learning.Models;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Training;

public sealed class MicroBatchesTests
{
    private static readonly BatchLayout[] s_layouts =
        [BatchLayout.Tree, new BatchLayout(RowTokens: 14), BatchLayout.Padded, new BatchLayout(PrefixSharing: false, Packing: true, RowTokens: 16)];

    public static TheoryData<BatchLayout> Layouts => [.. s_layouts];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Of_AnyLayoutAndSize_GivesTheLossAndGradientsOfPlainRows(BatchLayout layout)
    {
        using var model = TinyModels.Fresh();
        var rows = MixedRows();
        TokenBatch[] plain = [.. rows.Select(Steps.Plain)];
        foreach (var size in new[] { 1, 3, 64 })
        {
            Steps.AssertAlike(model, plain, MicroBatches.Of(rows, size, layout));
        }

        Steps.AssertAlike(model, plain, MicroBatches.Of(rows, 64, layout, workers: 3));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Of_NoRows_AsARankMayHave_GivesNoBatches(BatchLayout layout) => Assert.Empty(MicroBatches.Of([], 4, layout, workers: 2));

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Of_AnyLayout_CountsSequencesAsPlainRowsDo(BatchLayout layout)
    {
        // Weights of sequences, ratios of whole sequences and a reference: all of them would notice two examples that pass for one.
        using var model = TinyModels.Fresh();
        using var reference = TinyModels.Fresh(seed: 2);
        var rows = MixedRows();
        var objective = new WeightedSum(new ImportanceWeighted(), (0.1, new KlToReference(KlDirection.Reverse)));
        foreach (var mode in Enum.GetValues<LossAggregation>())
        {
            Steps.AssertAlike(model, [.. rows.Select(Steps.Plain)], MicroBatches.Of(rows, 64, layout), new LossPlan(objective, mode) { Reference = reference });
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Of_SampledRows_GiveTheLossAndGradientsOfPlainRows(BatchLayout layout)
    {
        using var model = TinyModels.Fresh();
        using var reference = TinyModels.Fresh(seed: 2);
        TrainingExample[] rows = [.. MixedRows().Select((row, i) => row with { Sampled = new SampledFacts(i - 2.5, [.. Enumerable.Repeat(-1f - i, row.IsTarget.Count(t => t))]) })];
        foreach (var level in Enum.GetValues<RatioLevel>())
        {
            // A wide clip, so that the ratios count; sequence-mean, so that sequences do.
            var policy = new ClippedPolicy(new ClippedPolicyOptions(0.9, 1e6, DualClip: 0, Beta: 0.1, level));
            var plan = new LossPlan(policy, LossAggregation.SeqMeanTokenMean) { Reference = reference };
            Steps.AssertAlike(model, [.. rows.Select(Steps.Plain)], MicroBatches.Of(rows, 64, layout), plan);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(100)]
    public void Of_ManyRows_NeitherLosesNorDoublesOne(int size)
    {
        foreach (var layout in s_layouts)
        {
            for (var seed = 0UL; seed < 50; seed++)
            {
                var rows = DrawRows(seed);
                var batches = MicroBatches.Of(rows, size, layout);

                Assert.All(batches, batch => Assert.InRange(batch.Examples, 1, size));
                Assert.Equal(rows.SelectMany(Describe).Order(), batches.SelectMany(Describe).Order());
                Assert.Equal(rows.Sum(row => row.Ids.Length), batches.Sum(batch => batch.ExampleTokens));
            }
        }
    }

    [Fact]
    public void Of_SamplesOfOnePrompt_ComputeItAndTheirCommonBeginningsOnce()
    {
        int[] prompt = [.. Enumerable.Range(0, 30)];
        int[][] completions = [[1, 2, 3], [1, 2, 4], [1, 2, 3], [5]];

        var batch = Assert.Single(MicroBatches.Of([.. completions.Select(c => TrainingExample.FromPromptAndCompletion(prompt, c))], 8));

        Assert.Equal(30 + 5, batch.TokenCount);
        Assert.Equal(10, batch.Targets.Length);
        Assert.Equal(4, batch.SequenceCount);
    }

    [Fact]
    public void Of_RowsOfUnlikeLength_PackedLeaveNoMoreThanATenthEmpty()
    {
        var random = SplitMix64.For(1, "lengths");
        TrainingExample[] rows = [.. Enumerable.Range(0, 60).Select(i => TinyModels.Example($"{i}", 3 + random.NextInt(20), 2))];

        var packed = MicroBatches.Of(rows, 64, new BatchLayout(PrefixSharing: false, Packing: true, RowTokens: 100));
        var padded = MicroBatches.Of(rows, 64, BatchLayout.Padded);

        var tokens = rows.Sum(row => row.Ids.Length);
        Assert.All(packed, batch => Assert.InRange(batch.Length, 1, 100));
        Assert.InRange(packed.Sum(batch => batch.TokenCount), tokens, tokens * 1.1);
        Assert.InRange(padded.Sum(batch => batch.TokenCount), tokens * 1.3, double.MaxValue);
    }

    [Fact]
    public void Of_SeveralWorkers_GivesThemEqualShares()
    {
        // A long stem that all share is cut twice at most; nothing else would be even.
        TrainingExample[] rows = [.. Enumerable.Range(0, 90).Select(i => TrainingExample.FromPromptAndCompletion([.. Enumerable.Range(0, 20), i % 40, i / 40], [1, 2, 3]))];

        var batches = MicroBatches.Of(rows, 64, workers: 3);

        Assert.Equal(3, batches.Count);
        Assert.InRange(batches.Max(batch => batch.TokenCount), batches.Min(batch => batch.TokenCount), batches.Min(batch => batch.TokenCount) * 1.1);
    }

    // Rows that begin alike, one twice, one that another goes on from, and lengths from 3 to 15.
    private static TrainingExample[] MixedRows() =>
    [
        TinyModels.Example("a", 5, 3),
        TinyModels.Example("b", 2, 5),
        TinyModels.Example("a", 5, 3),
        TrainingExample.FromPromptAndCompletion(TinyModels.Ids("a", 5), [7, 9]),
        TrainingExample.FromPromptAndCompletion([.. TinyModels.Ids("a", 5), .. TinyModels.Ids("a/completion", 3)], [3, 1, 4, 1, 5, 9, 2]),
        TinyModels.Example("c", 2, 1),
    ];

    // Few different tokens, so that rows begin alike, some are equal, and some are the beginning of another. None is 0, the padding.
    private static List<TrainingExample> DrawRows(ulong seed)
    {
        var random = SplitMix64.For(seed, "rows");
        return [.. Enumerable.Range(0, 1 + random.NextInt(12)).Select(_ => TrainingExample.FromPromptAndCompletion(Draw(1 + random.NextInt(6)), Draw(1 + random.NextInt(3))))];

        int[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => 1 + random.NextInt(2))];
    }

    // Each target behind all that its prediction may see.
    private static IEnumerable<string> Describe(TrainingExample row) =>
        Enumerable.Range(0, row.Ids.Length).Where(place => row.IsTarget[place]).Select(place => $"{string.Join(' ', row.Ids[..place])} > {row.Ids[place]}");

    private static IEnumerable<string> Describe(TokenBatch batch)
    {
        var ends = Ends(batch);
        for (var i = 0; i < batch.ScoredPlaces.Length; i++)
        {
            var (row, column) = Math.DivRem(batch.ScoredPlaces[i], batch.Length);
            var seen = Enumerable.Range(0, (int)column + 1).Select(other => (row * batch.Length) + other).Where(place => ends[place] > column).Select(place => batch.Ids[place]);
            yield return $"{string.Join(' ', seen)} > {batch.Targets[i]}";
        }
    }

    private static long[] Ends(TokenBatch batch)
    {
        using var scope = new TensorScope();
        return TokenTree.Of(batch.Positions ?? [.. Enumerable.Range(0, batch.Ids.Length).Select(i => (long)(i % batch.Length))], batch.Rows, default).EndsBS.ToLongs();
    }
}
