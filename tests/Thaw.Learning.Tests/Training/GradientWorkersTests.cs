using Thaw.Learning.Models;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Training;

/// <summary>A step that is shared out to several CPU threads.</summary>
public sealed class GradientWorkersTests : IDisposable
{
    private static readonly TrainingExample[] s_rows = [.. Enumerable.Range(0, 7).Select(i => TinyModels.Example($"row {i}", 3 + i, 1 + (i % 3)))];

    private readonly int _threads = TorchRuntime.Threads;

    public void Dispose() => TorchRuntime.Threads = _threads;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)] // More threads than batches.
    public void Step_OnSeveralThreads_GivesTheLossAndGradientsOfOne(int threads)
    {
        using var model = TinyModels.Fresh();
        var (loss, gradients) = MeasureOn(1, model);

        var (shared, sharedGradients) = MeasureOn(threads, model);

        // The same sums in another order.
        Assert.Equal(loss, shared, 1e-6);
        TensorAssert.Close(gradients, sharedGradients, 1e-5);
        Assert.Equal(threads, TorchRuntime.Threads);
    }

    [Fact]
    public void Step_OnSeveralThreadsTwice_GivesTheSameBits()
    {
        using var model = TinyModels.Fresh();
        var (loss, gradients) = MeasureOn(3, model);

        for (var run = 0; run < 5; run++)
        {
            var (again, gradientsAgain) = MeasureOn(3, model);
            Assert.Equal(loss, again);
            Assert.Equal(gradients, gradientsAgain);
        }
    }

    [Theory]
    [InlineData(OptimizerKind.Adamw)]
    [InlineData(OptimizerKind.Muon)]
    public void Step_ManyTimesOnSeveralThreads_LearnsWhatOneThreadLearns(OptimizerKind kind)
    {
        // Losses, not weights: AdamW's first steps are ± the rate however small the gradient is, so weights amplify rounding.
        Assert.All(LossesOn(1, kind).Zip(LossesOn(3, kind)), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void Step_WithFrozenEmbeddings_LeavesThemFrozenOnEveryThread()
    {
        TorchRuntime.Threads = 3;
        using var model = Decoder.Fresh(TinyModels.Config with { TiesEmbeddings = true }, 1);
        model.FreezeEmbeddings();
        var before = model.Parameters[0].Value.ToFloats();
        using var optimizer = new AdamW(model.Parameters, new AdamWOptions());
        using var trainer = Trainer(model, optimizer);

        trainer.Step(MicroBatches.Of(s_rows, 2));

        Assert.Equal(before, model.Parameters[0].Value.ToFloats());
    }

    [Fact]
    public void Step_AndTheEndOfTheTrainer_LeaveNoTensors()
    {
        TorchRuntime.Threads = 3;
        using var model = TinyModels.Fresh();
        using var optimizer = new AdamW(model.Parameters, new AdamWOptions());
        LiveTensors.AreNotLeftBy(() =>
        {
            using var trainer = Trainer(model, optimizer);
            trainer.Step(MicroBatches.Of(s_rows, 2));
            LiveTensors.AreNotLeftBy(() => trainer.Step(MicroBatches.Of(s_rows, 2)));
        });
    }

    private static (double Loss, Dictionary<string, double[]> Gradients) MeasureOn(int threads, Decoder model)
    {
        TorchRuntime.Threads = threads;
        return Steps.Measure(model, MicroBatches.Of(s_rows, 2));
    }

    private static List<double> LossesOn(int threads, OptimizerKind kind)
    {
        TorchRuntime.Threads = threads;
        using var model = TinyModels.Fresh();
        using var optimizer = new SftLikeOptions { Optim = kind, LearningRate = 0.01 }.CreateOptimizer(model.Parameters);
        using var trainer = Trainer(model, optimizer);
        Assert.Equal(threads, trainer.Workers);
        return [.. Enumerable.Range(0, 8).Select(_ => trainer.Step(MicroBatches.Of(s_rows, 2)).Loss)];
    }

    private static SupervisedTrainer Trainer(Decoder model, IOptimizer optimizer) =>
        new(model, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0.01, 0, 10), 1.0);

    private sealed record SftLikeOptions : TrainingOptions;
}
