using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>Sampler and trainer disagree about the probabilities of the same weights: what would be learnt is not what was done.</summary>
public sealed class SamplerGapException : TrainingStoppedException
{
    private SamplerGapException(string message)
        : base(message)
    {
    }

    internal static void ThrowIfAbove(double? bound, TrainingStep step)
    {
        if (bound is { } most && !(step.OldGap <= most))
        {
            throw new SamplerGapException(FormattableString.Invariant(
                $"Step {step.Number}: sampler and trainer differ by {step.OldGap:0.0e+0} in the log-probability of a token, more than max_sampler_gap {most}. A smaller learning rate or bf16: false brings them together; a larger max_sampler_gap allows it."));
        }
    }
}
