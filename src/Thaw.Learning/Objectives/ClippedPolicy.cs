using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>−min(r A, clip(r, 1 − low, 1 + high) A) + beta · k3, r = π(y) / π_old(y): PPO's surrogate as GRPO uses it.</summary>
/// <remarks>
/// PPO: arXiv 1707.06347; dual clip, min(·, −c A) where A is negative: arXiv 1912.09729, c = 3 as in verl; asymmetric clip: DAPO,
/// arXiv 2503.14476; one ratio for a sequence, the geometric mean of its tokens': GSPO, arXiv 2507.18071. k3 is
/// π_ref/π − log(π_ref/π) − 1 at the sampled token, never negative (Schulman's estimator, TRL's and verl's <c>low_var_kl</c>).
/// </remarks>
public sealed class ClippedPolicy(ClippedPolicyOptions options) : IObjective
{
    public ReferenceKind Reference => options.Beta > 0 ? ReferenceKind.Base : ReferenceKind.None;

    /// <exception cref="InvalidOperationException">The tokens are demonstrations: they have no advantage.</exception>
    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var (ratio, advantages) = (Ratio(tokens), tokens.Rollout!.AdvantagesN);
        var losses = -(ratio * advantages).Minimum(ratio.Clamp(1 - options.ClipLow, 1 + options.ClipHigh) * advantages);
        if (options.DualClip > 0)
        {
            losses = Tensor.Where(advantages.Less(0), losses.Minimum(-advantages * options.DualClip), losses);
        }

        if (options.Beta > 0)
        {
            losses += Divergence(tokens.RequireReferenceN() - tokens.LogN) * options.Beta;
        }

        return scope.Keep(losses);
    }

    public PolicyMeasures Measure(ScoredTokens tokens)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        return PolicyMeasures.Of(tokens, Ratio(tokens), options);
    }

    /// <summary>k3.</summary>
    /// <param name="driftN">log π_ref(y) − log π(y).</param>
    internal static Tensor Divergence(Tensor driftN)
    {
        using var scope = new TensorScope();
        return scope.Keep(driftN.Exp() - driftN + -1.0);
    }

    private Tensor Ratio(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var rollout = tokens.Rollout ?? throw new InvalidOperationException("A policy objective scores sampled completions.");
        var logRatio = tokens.LogN - rollout.OldLogN;
        return scope.Keep((options.Level == RatioLevel.Sequence ? MeanOfSequence(logRatio, tokens.Sequences) : logRatio).Exp());
    }

    private static Tensor MeanOfSequence(Tensor xN, IReadOnlyList<int> sequences)
    {
        var places = Tensor.FromSpan([.. sequences.Select(s => (long)s)], sequences.Count).To(xN.Device, DType.Int64);
        var lengths = sequences.CountBy(s => s).ToDictionary();
        double[] shares = [.. sequences.Select(s => 1.0 / lengths[s])];
        var sharesN = Tensor.FromSpan(shares, shares.Length).To(xN.Device, xN.DType);
        return Tensor.Zeros([sequences.Max() + 1], xN.DType, xN.Device).IndexAdd(0, places, xN * sharesN).IndexSelect(0, places);
    }
}

/// <param name="ClipLow"><c>epsilon</c>.</param>
/// <param name="ClipHigh"><c>epsilon_high</c>.</param>
/// <param name="DualClip">The most, in advantages, that a bad completion can cost however much likelier it became; 0 for no bound.</param>
/// <param name="Beta">Coefficient of the divergence from the base.</param>
public sealed record ClippedPolicyOptions(
    double ClipLow = 0.2, double ClipHigh = 0.2, double DualClip = 3.0, double Beta = 0.0, RatioLevel Level = RatioLevel.Token);

/// <summary>Named as in TRL's <c>importance_sampling_level</c>.</summary>
public enum RatioLevel
{
    Token,
    Sequence,
}
