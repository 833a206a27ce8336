namespace Thaw.Core.Statistics;

/// <summary>The smallest difference between two success rates that a test at the 5 % level (two-sided) finds with a power of 80 %.</summary>
public static class SmallestDetectableEffect
{
    /// <summary>For McNemar's test on <paramref name="pairs"/> instances that both models played.</summary>
    /// <remarks>
    /// The difference δ that solves n = (z₀.₉₇₅ √ψ + z₀.₈₀ √(ψ − δ²))² / δ² for the share ψ of discordant pairs
    /// (Connor, Biometrics 43 (1987) 207).
    /// </remarks>
    /// <param name="discordantShare">Share of the instances that exactly one of the models solved, in 0..1.</param>
    /// <returns>Null where even a difference as large as that share would not be found.</returns>
    public static double? Paired(int pairs, double discordantShare)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pairs);
        ThrowIfNotShare(discordantShare, nameof(discordantShare));
        return Smallest(discordantShare, pairs, delta => Needed(
            delta, Math.Sqrt(discordantShare), Math.Sqrt(Math.Max(0, discordantShare - (delta * delta)))));
    }

    /// <summary>For two groups of <paramref name="instancesEach"/> different instances.</summary>
    /// <remarks>
    /// The difference δ that solves n = (z₀.₉₇₅ √(2 p̄ q̄) + z₀.₈₀ √(p₁q₁ + p₂q₂))² / δ², where p₂ lies δ from p₁ towards the farther
    /// end of 0..1 and p̄ is their mean (Fleiss, Statistical Methods for Rates and Proportions, 3rd edition, section 4.2.1, without
    /// the continuity correction).
    /// </remarks>
    /// <param name="baseline">Success rate p₁ of one of the models, in 0..1.</param>
    /// <returns>Null where even the largest possible difference would not be found.</returns>
    public static double? Unpaired(int instancesEach, double baseline)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(instancesEach);
        ThrowIfNotShare(baseline, nameof(baseline));
        var sign = baseline <= 0.5 ? 1 : -1;
        return Smallest(Math.Max(baseline, 1 - baseline), instancesEach, delta =>
        {
            var other = baseline + (sign * delta);
            var mean = (baseline + other) / 2;
            return Needed(
                delta,
                Math.Sqrt(2 * mean * (1 - mean)),
                Math.Sqrt(Math.Max(0, (baseline * (1 - baseline)) + (other * (1 - other)))));
        });
    }

    private static double Needed(double delta, double deviationNull, double deviationAlternative)
    {
        var sum = (NormalQuantile.Of975 * deviationNull) + (NormalQuantile.Of80 * deviationAlternative);
        return sum * sum / (delta * delta);
    }

    // What is needed falls as the difference grows, so halving the range finds the place.
    private static double? Smallest(double largest, int available, Func<double, double> needed)
    {
        if (largest == 0 || needed(largest) > available)
        {
            return null;
        }

        var (low, high) = (0.0, largest);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = needed(middle) > available ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static void ThrowIfNotShare(double value, string name)
    {
        if (value is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "A share lies in 0..1.");
        }
    }
}
