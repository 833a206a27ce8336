using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>What a policy was like on the sampled tokens of some completions; sums, so that the batches of a step add up.</summary>
/// <param name="Divergence">Sum over tokens of the estimate k3 of the divergence from the base.</param>
/// <param name="Low">Tokens of bad completions whose ratio is below the clip: they push no further down.</param>
/// <param name="High">Tokens of good completions whose ratio is above the clip.</param>
/// <param name="LowMin">The least share of such tokens that a completion has.</param>
/// <param name="HighMax">The greatest share of those that a completion has.</param>
public readonly record struct PolicyMeasures(double Divergence, double Low, double High, double LowMin, double HighMax)
{
    /// <summary>Of no token at all.</summary>
    public static PolicyMeasures None { get; } = new(0, 0, 0, double.PositiveInfinity, 0);

    public static PolicyMeasures operator +(PolicyMeasures a, PolicyMeasures b) => new(
        a.Divergence + b.Divergence, a.Low + b.Low, a.High + b.High, Math.Min(a.LowMin, b.LowMin), Math.Max(a.HighMax, b.HighMax));

    /// <summary>Under TRL's names. Its <c>low_min</c> and <c>high_max</c> are over processes; here they are over completions.</summary>
    internal IEnumerable<KeyValuePair<string, double>> Metrics(int tokens, bool hasBase) =>
    [
        .. hasBase ? [new KeyValuePair<string, double>("kl", Divergence / tokens)] : (KeyValuePair<string, double>[])[],
        new("clip_ratio/low_mean", Low / tokens),
        new("clip_ratio/low_min", LowMin),
        new("clip_ratio/high_mean", High / tokens),
        new("clip_ratio/high_max", HighMax),
        new("clip_ratio/region_mean", (Low + High) / tokens),
    ];

    /// <param name="ratioN">π(y) / π_old(y), of the token or of its sequence.</param>
    internal static PolicyMeasures Of(ScoredTokens tokens, Tensor ratioN, ClippedPolicyOptions options)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var divergence = tokens.ReferenceN is { } reference ? ClippedPolicy.Divergence(reference - tokens.LogN.Detach()).Sum().Item() : 0;
        var (ratios, advantages) = (ratioN.Detach().ToDoubles(), tokens.Rollout!.AdvantagesN.ToDoubles());
        bool[] low = [.. ratios.Zip(advantages, (r, a) => r < 1 - options.ClipLow && a < 0)];
        bool[] high = [.. ratios.Zip(advantages, (r, a) => r > 1 + options.ClipHigh && a > 0)];
        return new PolicyMeasures(divergence, low.Count(clipped => clipped), high.Count(clipped => clipped), Shares(low).Min(), Shares(high).Max());

        IEnumerable<double> Shares(bool[] clipped) =>
            tokens.Sequences.Zip(clipped).GroupBy(token => token.First, (_, own) => own.Average(token => token.Second ? 1.0 : 0.0));
    }
}
