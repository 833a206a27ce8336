using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>−min(r, clip(r, 1 − low, 1 + high)), r = π(y) / π_old(y): PPO's surrogate with every demonstration at advantage 1.</summary>
/// <remarks>
/// PSFT, arXiv 2508.17784, with its defaults. As the advantage is positive only the upper bound ever acts: a token that has become
/// more than 1 + high times as probable as under the old weights gets no gradient. The old weights are renewed every
/// <c>psft_update_every</c> steps (8 there: batches of 256 in parts of 32); at the first of them r is 1 and the gradient is that of
/// cross-entropy.
/// </remarks>
public sealed class ProximalFineTuning(double low = 0.2, double high = 0.28) : IObjective
{
    public ReferenceKind Reference => ReferenceKind.Old;

    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var ratio = (tokens.LogN - tokens.RequireReferenceN()).Exp();
        return scope.Keep(-ratio.Minimum(ratio.Clamp(1 - low, 1 + high)));
    }
}
