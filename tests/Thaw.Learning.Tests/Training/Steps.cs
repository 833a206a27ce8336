using Thaw.Learning.Models;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Training;

/// <summary>Loss and gradients of batches by the trainer itself, at a learning rate of 0 so that the weights stay.</summary>
internal static class Steps
{
    public static (double Loss, Dictionary<string, double[]> Gradients) Measure(Decoder model, IReadOnlyList<TokenBatch> batches, LossPlan? plan = null)
    {
        using var optimizer = new AdamW(model.Parameters, new AdamWOptions());
        using var trainer = new SupervisedTrainer(model, optimizer, new LearningRateSchedule(ScheduleKind.Constant, 0, 0, 1), maxGradientNorm: 0, plan);
        return (trainer.Step(batches).Loss, TensorAssert.Gradients(model));
    }

    /// <summary>The example as one row of its own, nothing computed ahead.</summary>
    public static TokenBatch Plain(TrainingExample example)
    {
        var places = Enumerable.Range(0, example.Ids.Length).Where(place => example.IsTarget[place]).ToArray();
        return new TokenBatch(
            [.. example.Ids.Select(id => (long)id)],
            Positions: null,
            Rows: 1,
            example.Ids.Length,
            [.. places.Select(place => (long)place - 1)],
            [.. places.Select(place => (long)example.Ids[place])],
            [.. places.Select(_ => 0)])
        {
            Sampled = example.Sampled is null ? null : SampledPlaces.Of([example]),
        };
    }

    /// <summary>Both ways give the same loss and gradients.</summary>
    /// <remarks>Float32 sums of some dozens of terms in another order: about 1e-6 of the greatest element.</remarks>
    public static void AssertAlike(Decoder model, IReadOnlyList<TokenBatch> expected, IReadOnlyList<TokenBatch> actual, LossPlan? plan = null)
    {
        var (loss, gradients) = Measure(model, expected, plan);
        var (otherLoss, otherGradients) = Measure(model, actual, plan);
        Assert.InRange(Math.Abs((otherLoss - loss) / loss), 0, 1e-5);
        TensorAssert.Close(gradients, otherGradients, 1e-5);
    }
}
