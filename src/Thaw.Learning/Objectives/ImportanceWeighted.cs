using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>−w log π(y), w = sg clip(π(τ) / π_ref(τ), 1 / clip, clip) of the whole demonstration τ: what the model has come to like weighs more.</summary>
/// <remarks>
/// iw-SFT, arXiv 2507.12856, with the model itself as the auxiliary distribution q and its ratio clipped on both sides. At the
/// base's weights it is cross-entropy.
/// </remarks>
public sealed class ImportanceWeighted(double clip = 2.0) : IObjective
{
    public ReferenceKind Reference => ReferenceKind.Base;

    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var log = tokens.LogN.Detach().ToDoubles();
        var reference = tokens.RequireReferenceN().ToDoubles();
        var ratios = new Dictionary<int, double>();
        for (var n = 0; n < log.Length; n++)
        {
            ratios[tokens.Sequences[n]] = ratios.GetValueOrDefault(tokens.Sequences[n]) + log[n] - reference[n];
        }

        var bound = Math.Log(clip);
        var weights = tokens.Sequences.Select(sequence => Math.Exp(Math.Clamp(ratios[sequence], -bound, bound))).ToArray();
        return scope.Keep(-Tensor.FromSpan(weights, weights.Length).To(tokens.LogN.Device, tokens.LogN.DType) * tokens.LogN);
    }
}
