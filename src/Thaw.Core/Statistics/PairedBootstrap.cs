using Thaw.Core.Randomness;

namespace Thaw.Core.Statistics;

/// <summary>An estimate with its 95 % interval.</summary>
public readonly record struct BootstrapInterval(double Estimate, double Low, double High);

/// <summary>Intervals of mean differences between two models on the same instances.</summary>
public static class PairedBootstrap
{
    public const int Resamples = 10_000;

    /// <summary>Percentile interval of the mean of <paramref name="differences"/>, one for each instance.</summary>
    /// <remarks>Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 13.3. Instances are drawn, both models' scores with them.</remarks>
    /// <param name="seed">Decides the resamples: the same seed gives the same interval.</param>
    /// <exception cref="ArgumentException">There is no difference.</exception>
    public static BootstrapInterval MeanDifference(IReadOnlyList<double> differences, ulong seed, int resamples = Resamples) =>
        MeanDifference([.. differences.Select(difference => (difference, 1))], seed, resamples);

    /// <summary>The same where instances come in clusters: whole clusters are drawn, and the mean is over the instances in them.</summary>
    /// <remarks>Davison and Hinkley, Bootstrap Methods and their Application (1997), section 3.8, their first strategy.</remarks>
    /// <param name="clusters">The sum of the differences of each cluster, and its instances.</param>
    /// <exception cref="ArgumentException">There is no cluster.</exception>
    public static BootstrapInterval MeanDifference(IReadOnlyList<(double Sum, int Count)> clusters, ulong seed, int resamples = Resamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (clusters.Count == 0)
        {
            throw new ArgumentException("There are no pairs to compare.", nameof(clusters));
        }

        var random = SplitMix64.For(seed, "paired-bootstrap");
        var means = new double[resamples];
        for (var resample = 0; resample < resamples; resample++)
        {
            var (sum, count) = (0.0, 0);
            for (var i = 0; i < clusters.Count; i++)
            {
                var drawn = clusters[random.NextInt(clusters.Count)];
                (sum, count) = (sum + drawn.Sum, count + drawn.Count);
            }

            means[resample] = sum / count;
        }

        Array.Sort(means);
        return new BootstrapInterval(clusters.Sum(cluster => cluster.Sum) / clusters.Sum(cluster => cluster.Count), Quantile(means, 0.025), Quantile(means, 0.975));
    }

    // Linear between neighbours.
    private static double Quantile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
