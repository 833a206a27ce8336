using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>−log π(y): cross-entropy, what supervised fine-tuning means unless one says otherwise.</summary>
/// <param name="labelSmoothing">ε of (1 − ε)(−log π(y)) + ε mean_v(−log π(v)), as in Hugging Face's <c>label_smoothing_factor</c>. 0 is none.</param>
public sealed class NegativeLogLikelihood(double labelSmoothing = 0) : IObjective
{
    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        return scope.Keep(labelSmoothing == 0
            ? -tokens.LogN
            : -((tokens.LogN * (1 - labelSmoothing)) + (tokens.LogNV.Mean(-1) * labelSmoothing)));
    }
}
