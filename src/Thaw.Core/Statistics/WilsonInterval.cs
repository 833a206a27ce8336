namespace Thaw.Core.Statistics;

/// <summary>The 95 % score interval of a proportion.</summary>
/// <remarks>Wilson, J. Am. Stat. Assoc. 22 (1927) 209. Unlike p ± 1.96 standard errors it stays in 0..1 and has a width at 0 and 1.</remarks>
public readonly record struct WilsonInterval(double Low, double High)
{
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="trials"/> is not positive, or <paramref name="successes"/> is not in 0..trials.</exception>
    public static WilsonInterval Of(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);

        // At the ends the formula gives 0 and 1 but for rounding.
        var interval = OfMean((double)successes / trials, trials);
        return new WilsonInterval(successes == 0 ? 0 : interval.Low, successes == trials ? 1 : interval.High);
    }

    /// <summary>The same for trials in clusters, with <see cref="ClusteredTrials.EffectiveCount"/> of them in place of their number.</summary>
    /// <exception cref="ArgumentException">There is no cluster.</exception>
    public static WilsonInterval Of(IReadOnlyCollection<(int Successes, int Trials)> clusters)
    {
        var (successes, trials) = (clusters.Sum(cluster => cluster.Successes), clusters.Sum(cluster => cluster.Trials));
        var interval = Around((double)successes / trials, ClusteredTrials.EffectiveCount(clusters));
        return new WilsonInterval(successes == 0 ? 0 : interval.Low, successes == trials ? 1 : interval.High);
    }

    /// <summary>The same around the mean of <paramref name="count"/> values that each lie in 0..1, such as the validity of episodes.</summary>
    /// <remarks>Too wide if anything: the variance of such values is at most that of a coin with the same mean.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive, or <paramref name="mean"/> is not in 0..1.</exception>
    public static WilsonInterval OfMean(double mean, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (mean is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "A mean of shares lies in 0..1.");
        }

        return Around(mean, count);
    }

    private static WilsonInterval Around(double mean, double n)
    {
        const double z = NormalQuantile.Of975;
        var scale = 1 + (z * z / n);
        var centre = (mean + (z * z / (2 * n))) / scale;
        var half = z / scale * Math.Sqrt((mean * (1 - mean) / n) + (z * z / (4 * n * n)));
        return new WilsonInterval(Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
