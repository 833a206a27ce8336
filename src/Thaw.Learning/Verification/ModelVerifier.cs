using Thaw.Learning.Models;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Verification;

/// <summary>How far a model is from numbers made elsewhere; each the greatest deviation.</summary>
/// <param name="GradientNormRelative">Over the joint norm and every tensor's own.</param>
public sealed record ModelDeviation(double LogitsAbsolute, double LossAbsolute, double GradientNormRelative, double AdamWLossesAbsolute)
{
    // float32 through a few layers differs from another order of summation in the sixth digit; the bounds leave a factor of ten.
    private static readonly ModelDeviation s_float32 = new(1e-4, 1e-5, 1e-3, 1e-4);

    // Products of bfloat16, weights and residual stream in float32. Ten micro models on a CPU deviate by up to 0.031, 0.0013, 0.011 and
    // 0.0051; the bounds leave a factor of three.
    private static readonly ModelDeviation s_bfloat16 = new(0.1, 4e-3, 0.03, 0.015);

    /// <summary>How far a correct model may be that multiplies in this type.</summary>
    public static ModelDeviation BoundsFor(DType computeType) => computeType == DType.Float32 ? s_float32 : s_bfloat16;

    /// <summary>Whether nothing is beyond the bounds of float32.</summary>
    public bool IsWithinBounds => IsWithin(s_float32);

    // A NaN fails every comparison, so it is never within the bounds.
    public bool IsWithin(ModelDeviation bounds) =>
        LogitsAbsolute <= bounds.LogitsAbsolute
        && LossAbsolute <= bounds.LossAbsolute
        && GradientNormRelative <= bounds.GradientNormRelative
        && AdamWLossesAbsolute <= bounds.AdamWLossesAbsolute;
}

/// <summary>Compares logits, loss, gradients and AdamW steps of a model with <see cref="ReferenceNumbers"/>. Changes the model.</summary>
public static class ModelVerifier
{
    public static ModelDeviation Compare(Decoder model, ReferenceNumbers reference)
    {
        var logits = CompareLogits(model, reference);
        using var optimizer = new AdamW(
            model.Parameters,
            new AdamWOptions(reference.AdamW.Beta1, reference.AdamW.Beta2, reference.AdamW.Epsilon, reference.AdamW.WeightDecay));
        var settings = reference.AdamW;
        var batch = Batch(reference);
        var schedule = new LearningRateSchedule(ScheduleKind.Constant, settings.LearningRate, 0, settings.Losses.Length);
        using var trainer = new SupervisedTrainer(model, optimizer, schedule, settings.MaxGradientNorm);

        var (loss, gradients) = CompareGradients(model, reference, batch);
        var adamW = 0.0;
        foreach (var expected in settings.Losses)
        {
            try
            {
                adamW = Worse(adamW, Math.Abs(trainer.Step([batch]).Loss - expected));
            }
            catch (TrainingDivergedException)
            {
                // No number, so no agreement.
                adamW = double.NaN;
                break;
            }
        }

        return new ModelDeviation(logits, loss, gradients, adamW);
    }

    private static double CompareLogits(Decoder model, ReferenceNumbers reference)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var (rows, length) = (reference.InputIds.Length, reference.InputIds[0].Length);
        var ids = Tensor.FromSpan(reference.InputIds.SelectMany(r => r).Select(id => (long)id).ToArray(), rows, length).To(model.Device, DType.Int64);
        var logitsBTV = model.Project(model.Forward(ids));
        if (!logitsBTV.Shape.SequenceEqual(reference.LogitsShape))
        {
            throw new InvalidDataException($"Logits have shape {logitsBTV}, the reference [{string.Join(", ", reference.LogitsShape)}].");
        }

        var worst = Greatest(logitsBTV.Select(0, 0).Select(0, 0).ToDoubles(), reference.LogitsFirst);
        for (var row = 0; row < rows; row++)
        {
            worst = Worse(worst, Greatest(logitsBTV.Select(0, row).Select(0, length - 1).ToDoubles(), reference.LogitsLast[row]));
        }

        // All logits at once: their mean absolute value stands for the rest.
        var mean = Math.Abs(logitsBTV.Abs().Sum().Item() - reference.LogitsSumAbsolute) / logitsBTV.ElementCount;
        return Worse(worst, mean);
    }

    private static (double Loss, double Gradients) CompareGradients(Decoder model, ReferenceNumbers reference, TokenBatch batch)
    {
        using var scope = new TensorScope();
        var targets = Tensor.FromSpan(batch.Targets, batch.Targets.Length).To(model.Device, DType.Int64);
        var loss = model.Project(SupervisedTrainer.ScoredHidden(model, batch)).CrossEntropySum(targets) * (1.0 / batch.Targets.Length);
        loss.Backward();
        var norms = model.Parameters.ToDictionary(p => p.Name, p => GradientNorm.Of([p.Value.GradientOrNull() ?? Tensor.Zeros([1])]));
        var worst = Relative(Math.Sqrt(norms.Values.Sum(n => n * n)), reference.GradientNorm);
        foreach (var (name, expected) in reference.GradientNorms)
        {
            worst = Worse(worst, norms.TryGetValue(name, out var norm) ? Relative(norm, expected) : double.PositiveInfinity);
        }

        return (Math.Abs(loss.Item() - reference.Loss), worst);
    }

    // A label is the token that its own place should have been predicted as, exactly a target of ours.
    private static TokenBatch Batch(ReferenceNumbers reference) => TokenBatch.Of(
        [.. reference.InputIds.Zip(reference.Labels, (ids, labels) => new TrainingExample(ids, [.. labels.Select((label, place) => place > 0 && label != Ignored)]))]);

    private const int Ignored = -100;

    private static double Greatest(double[] actual, double[] expected) => actual.Zip(expected, (a, e) => Math.Abs(a - e)).Aggregate(0.0, Worse);

    private static double Relative(double actual, double expected) => Math.Abs(actual - expected) / Math.Max(Math.Abs(expected), 1e-12);

    private static double Worse(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b);
}
