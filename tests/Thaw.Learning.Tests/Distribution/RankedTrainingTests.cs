using Thaw.Learning.Distribution;
using Thaw.Learning.Models;
using Thaw.Learning.Objectives;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Distribution;

/// <summary>Several ranks against one with the same rows.</summary>
public sealed class RankedTrainingTests
{
    private const int Steps = 4;

    // Sums of float32 in another order differ by about 1e-7 of a gradient; four updates with a rate of 0.01 carry that into losses of about 5.
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(2, OptimizerKind.Adamw, LossAggregation.TokenMean)]
    [InlineData(2, OptimizerKind.Adamw, LossAggregation.SeqMeanTokenMean)]
    [InlineData(2, OptimizerKind.Muon, LossAggregation.TokenMean)]
    [InlineData(3, OptimizerKind.Muon, LossAggregation.SeqMeanTokenSum)]
    public void Step_OnSeveralRanks_IsThatOfOneWithAllRows(int count, OptimizerKind kind, LossAggregation aggregation)
    {
        var plan = LossPlan.CrossEntropy with { Aggregation = aggregation };
        var (alone, ranked) = (Train(1, kind, plan)[0], Train(count, kind, plan));

        Assert.All(ranked, own => AssertSame(alone.Steps, own.Steps));

        // Not only losses: after the last update all ranks have the same bits.
        Assert.All(ranked, own => Assert.Equal(ranked[0].Weights, own.Weights));
    }

    [Fact]
    public void Step_WithNoise_HasTheNoiseOfOneRank()
    {
        var plan = LossPlan.CrossEntropy with { NeftuneAlpha = 5, NeftuneSeed = 3 };

        AssertSame(Train(1, OptimizerKind.Adamw, plan)[0].Steps, Train(2, OptimizerKind.Adamw, plan)[1].Steps);
    }

    [Fact]
    public void Step_PulledToTheBase_IsPulledOnce()
    {
        var (alone, ranked) = (Train(1, OptimizerKind.Adamw, Anchored)[0], Train(2, OptimizerKind.Adamw, Anchored));

        Assert.All(ranked, own => AssertSame(alone.Steps, own.Steps));

        static LossPlan Anchored(Decoder model, Decoder @base) => LossPlan.CrossEntropy with { Anchor = new L2Anchor(model, @base, 0.5) };
    }

    [Fact]
    public void Step_WhereARankHasNoRows_IsThatOfOne()
    {
        // One long row: the other ranks get none.
        IReadOnlyList<TrainingExample> rows = [TinyModels.Example("long", 20, 10)];
        Assert.Contains(Enumerable.Range(0, 3), rank => RowShares.Of(rows, rank, 3).Count == 0);

        var (alone, ranked) = (Train(1, OptimizerKind.Adamw, LossPlan.CrossEntropy, _ => rows)[0], Train(3, OptimizerKind.Adamw, LossPlan.CrossEntropy, _ => rows));

        Assert.All(ranked, own => AssertSame(alone.Steps, own.Steps));
    }

    [Fact]
    public void Step_WithoutAnyTarget_FailsOnEveryRank()
    {
        IReadOnlyList<TrainingExample> rows = [new TrainingExample([1, 2], [false, false])];

        var errors = RankThreads.Errors(2, ranks => TrainOn(ranks, OptimizerKind.Adamw, (_, _) => LossPlan.CrossEntropy, _ => rows));

        Assert.All(errors, error => Assert.IsType<ArgumentException>(error));
    }

    [Fact]
    public void Step_ThatDiverges_ThrowsOnEveryRankBeforeTheUpdate()
    {
        var errors = RankThreads.Errors(2, ranks => TrainOn(ranks, OptimizerKind.Adamw, (_, _) => LossPlan.CrossEntropy with { Scale = double.NaN }, RowsOf));

        Assert.All(errors, error => Assert.StartsWith("Step 1: ", Assert.IsType<TrainingDivergedException>(error).Message, StringComparison.Ordinal));
    }

    private static void AssertSame(IReadOnlyList<TrainingStep> expected, IReadOnlyList<TrainingStep> actual) => Assert.All(expected.Zip(actual), pair =>
    {
        var (one, several) = pair;
        Assert.Equal(one.Loss, several.Loss, Tolerance);
        Assert.Equal(one.CrossEntropy, several.CrossEntropy, Tolerance);
        Assert.Equal(one.GradientNorm, several.GradientNorm, Tolerance * 10);
        Assert.Equal(one.Entropy, several.Entropy, Tolerance);
        Assert.Equal((one.Number, one.Accuracy, one.TargetTokens, one.LearningRate), (several.Number, several.Accuracy, several.TargetTokens, several.LearningRate));
    });

    private static (List<TrainingStep> Steps, byte[] Weights)[] Train(
        int count, OptimizerKind kind, LossPlan plan, Func<int, IReadOnlyList<TrainingExample>>? rowsOf = null) =>
        RankThreads.Run(count, ranks => TrainOn(ranks, kind, (_, _) => plan, rowsOf ?? RowsOf));

    private static (List<TrainingStep> Steps, byte[] Weights)[] Train(int count, OptimizerKind kind, Func<Decoder, Decoder, LossPlan> plan) =>
        RankThreads.Run(count, ranks => TrainOn(ranks, kind, plan, RowsOf));

    private static (List<TrainingStep> Steps, byte[] Weights) TrainOn(
        Ranks ranks, OptimizerKind kind, Func<Decoder, Decoder, LossPlan> plan, Func<int, IReadOnlyList<TrainingExample>> rowsOf)
    {
        var options = new SftOptions { Optim = kind, LearningRate = 0.01, LrSchedulerType = ScheduleKind.Constant, WarmupRatio = 0 };
        using var model = TinyModels.Fresh();
        using var @base = model.FrozenCopy();
        using var optimizer = options.CreateOptimizer(model.TrainedParameters, ranks);
        using var trainer = new SupervisedTrainer(model, optimizer, options.Schedule(), 1.0, plan(model, @base), ranks);
        var steps = Enumerable.Range(1, Steps)
            .Select(step => trainer.Step(trainer.Cut(RowShares.Of(rowsOf(step), ranks.Number, ranks.Count), 2), measures: true))
            .ToList();
        return (steps, TensorAssert.Bits(model));
    }

    // Five rows of different lengths cannot be shared out evenly.
    private static IReadOnlyList<TrainingExample> RowsOf(int step) =>
        [.. Enumerable.Range(0, 5).Select(i => TinyModels.Example($"{step}/{i}", 3 + (2 * i), 2 + i))];
}
