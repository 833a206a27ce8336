using Thaw.Core.Randomness;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Training;

public sealed class EmbeddingNoiseTests
{
    private const int Width = 16;

    private static readonly LossPlan s_noisy = LossPlan.CrossEntropy with { NeftuneAlpha = 5, NeftuneSeed = 3 };
    private static readonly int[] s_stem = TinyModels.Ids("stem", 6);

    private static readonly TrainingExample[] s_rows =
    [
        TrainingExample.FromPromptAndCompletion([.. s_stem, 7, 8], [3, 9, 4]),
        TrainingExample.FromPromptAndCompletion([.. s_stem, 7], [5]),
        TrainingExample.FromPromptAndCompletion(s_stem, [1, 2, 3, 4, 5]),
        TinyModels.Example("a", 5, 2),
    ];

    /// <summary>Equation of arXiv:2310.05914, algorithm 1: uniform on ±1, times alpha / √(L d), with L = 20 here.</summary>
    [Fact]
    public void Of_ManyElements_AreUniformWithinTheScaleOfThePaper()
    {
        using var scope = new TensorScope();
        var rows = Enumerable.Range(0, 200).Select(i => TinyModels.Example($"{i}", 10, 10)).ToArray();
        var batch = TokenBatch.Of(rows);
        var values = new EmbeddingNoise(5, seed: 1, step: 7, batch.LongestSequence).Of(batch, Width, default).ToFloats();

        var scale = 5 / Math.Sqrt(20 * Width);
        Assert.Equal(20, batch.LongestSequence);
        Assert.InRange(values.Max(), 0.999 * scale, scale);
        Assert.InRange(values.Min(), -scale, -0.999 * scale);

        // 64,000 draws: standard errors of mean and variance of a uniform number are 0.0023 and 0.0012 of the scale.
        Assert.InRange(values.Average() / scale, -0.01, 0.01);
        Assert.InRange(values.Average(v => v * v) / scale / scale, 1 / 3.0 - 0.006, 1 / 3.0 + 0.006);

        // Neighbours in the width and along the row are not correlated.
        Assert.InRange(values.Zip(values.Skip(1), (a, b) => a * b).Average() / scale / scale, -0.01, 0.01);
        Assert.InRange(values.Zip(values.Skip(Width), (a, b) => a * b).Average() / scale / scale, -0.01, 0.01);
    }

    /// <summary>Golden numbers, made by a second program in Python: they may never change, or runs that are resumed by a newer version would.</summary>
    [Fact]
    public void Of_OneRow_IsTheSameForEver()
    {
        using var scope = new TensorScope();
        var batch = Steps.Plain(new TrainingExample([1, 2], [false, true]));

        var values = new EmbeddingNoise(1, seed: 1, step: 1, longest: 4).Of(batch, 4, default).ToFloats();

        Assert.Equal([-0.01630023680627346f, 0.20479972660541534f, 0.08549494296312332f, -0.19741323590278625f, 0.23424100875854492f, -0.21985574066638947f, -0.24193446338176727f, 0.2333643138408661f], values);
    }

    [Fact]
    public void Plain_OnTheCpu_IsTheFastOne()
    {
        using var scope = new TensorScope();
        var random = new SplitMix64(1);
        uint[] keys = [.. Enumerable.Range(0, 6).Select(_ => (uint)(random.NextUInt64() >> 32))];

        Assert.Equal(EmbeddingNoise.Fast(keys, 2, Width, 0.25).ToFloats(), EmbeddingNoise.Plain(keys, 2, Width, 0.25, default).ToFloats());
    }

    [Fact]
    public void Step_HoweverRowsAreCut_GivesTheSameGradients()
    {
        using var model = TinyModels.Fresh();
        var (loss, gradients) = Steps.Measure(model, [.. s_rows.Select(Steps.Plain)], s_noisy);

        foreach (var batches in new TokenBatch[][] { [TokenBatch.Of(s_rows)], [TokenBatch.Of(s_rows[..3]), TokenBatch.Of(s_rows[3..])], [TokenBatch.Of(s_rows[..2]), TokenBatch.Of(s_rows[2..])] })
        {
            var (otherLoss, otherGradients) = Steps.Measure(model, batches, s_noisy);

            // Float32 sums in another order, as without noise.
            Assert.Equal(loss, otherLoss, 1e-5 * loss);
            TensorAssert.Close(gradients, otherGradients, 1e-5);
        }

        Assert.NotEqual(loss, Steps.Measure(model, [TokenBatch.Of(s_rows)]).Loss, 1e-3);
    }

    [Fact]
    public void Step_OnAPrefixTree_GivesTheGradientsOfItsBranchesAsRows()
    {
        using var model = TinyModels.Fresh();
        int[] ids = [.. s_stem, 7, 3, 9, 8, 4];
        var tree = new TrainingExample(ids, [.. ids.Select((_, place) => place is 7 or 8 or 10)], [6, 9]);
        TrainingExample[] branches = [new([.. s_stem, 7, 3, 9], [.. Targets(9, 7, 8)]), new([.. s_stem, 8, 4], [.. Targets(8, 7)])];

        var (loss, gradients) = Steps.Measure(model, [.. branches.Select(Steps.Plain)], s_noisy);
        var (treeLoss, treeGradients) = Steps.Measure(model, [TokenBatch.Of([tree])], s_noisy);

        Assert.Equal(loss, treeLoss, 1e-5 * loss);
        TensorAssert.Close(gradients, treeGradients, 1e-5);

        static IEnumerable<bool> Targets(int length, params int[] places) => Enumerable.Range(0, length).Select(places.Contains);
    }

    [Fact]
    public void Step_SameStep_HasTheSameNoiseAndTheNextAnother()
    {
        using var model = TinyModels.Fresh();
        using var optimizer = new AdamW(model.Parameters, new AdamWOptions(WeightDecay: 0));
        using var trainer = new SupervisedTrainer(model, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0, 0, 1), maxGradientNorm: 0, s_noisy);
        TokenBatch[] batches = [TokenBatch.Of(s_rows)];
        var first = trainer.Step(batches).Loss;

        Assert.NotEqual(first, trainer.Step(batches).Loss, 1e-4);
        Assert.Equal(first, Steps.Measure(model, batches, s_noisy).Loss);
        Assert.NotEqual(first, Steps.Measure(model, batches, s_noisy with { NeftuneSeed = 4 }).Loss, 1e-4);
    }
}
