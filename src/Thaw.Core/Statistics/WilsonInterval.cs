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
        const double z = NormalQuantile.Of975;
        double n = trials;
        var p = successes / n;
        var scale = 1 + (z * z / n);
        var centre = (p + (z * z / (2 * n))) / scale;
        var half = z / scale * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n)));

        // At the ends the formula gives 0 and 1 but for rounding.
        return new WilsonInterval(successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }
}
