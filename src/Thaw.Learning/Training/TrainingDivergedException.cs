namespace Thaw.Learning.Training;

/// <summary>Training produced a NaN or infinity; the weights of the last finite step are intact.</summary>
public sealed class TrainingDivergedException : TrainingStoppedException
{
    private TrainingDivergedException(string message)
        : base(message)
    {
    }

    internal static void ThrowIfNotFinite(int step, double loss, double gradientNorm)
    {
        if (!double.IsFinite(loss) || !double.IsFinite(gradientNorm))
        {
            throw new TrainingDivergedException(
                FormattableString.Invariant($"Step {step}: loss {loss}, gradient norm {gradientNorm}. No update was made; try a smaller learning_rate."));
        }
    }
}
