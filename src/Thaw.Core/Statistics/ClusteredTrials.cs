namespace Thaw.Core.Statistics;

/// <summary>Trials that come in clusters and are alike within one: the episodes that show the same instance in other orders.</summary>
public static class ClusteredTrials
{
    /// <summary>How many independent trials tell as much about the rate of success as these do.</summary>
    /// <remarks>
    /// n / deff (z / t)², at most n: deff is the variance of the ratio Σy / Σm over K clusters, K/(K−1) Σ(y − p m)² / n² (Cochran, Sampling
    /// Techniques, 3rd edition, section 3.12), divided by p(1−p)/n and at least 1 (Kish 1965), and t the quantile of Student's distribution with K−1
    /// degrees of freedom in place of the normal z, as few clusters tell little about their own spread (Korn and Graubard, Survey
    /// Methodology 24 (1998) 193). Where all trials ended alike the variance cannot be seen, and each cluster counts as one trial. Without a
    /// cluster of two it is n itself.
    /// </remarks>
    /// <param name="clusters">Successes and trials of each; trials are positive.</param>
    /// <exception cref="ArgumentException">There is no cluster.</exception>
    public static double EffectiveCount(IReadOnlyCollection<(int Successes, int Trials)> clusters)
    {
        if (clusters.Count == 0)
        {
            throw new ArgumentException("There are no trials.", nameof(clusters));
        }

        double n = clusters.Sum(cluster => cluster.Trials);
        double k = clusters.Count;
        var rate = clusters.Sum(cluster => cluster.Successes) / n;
        if (k == n || k == 1 || rate is 0 or 1)
        {
            return k;
        }

        var spread = clusters.Sum(cluster => Math.Pow(cluster.Successes - (rate * cluster.Trials), 2));
        var designEffect = Math.Max(1, k / (k - 1) * spread / (n * rate * (1 - rate)));
        var fewClusters = NormalQuantile.Of975 / StudentQuantileOf975(k - 1);
        return n / designEffect * fewClusters * fewClusters;
    }

    // Abramowitz and Stegun 26.7.5; off by 1 % at four degrees of freedom, and less with more.
    private static double StudentQuantileOf975(double degrees)
    {
        const double z = NormalQuantile.Of975;
        const double z3 = z * z * z;
        const double z5 = z3 * z * z;
        return z
            + ((z3 + z) / (4 * degrees))
            + (((5 * z5) + (16 * z3) + (3 * z)) / (96 * degrees * degrees))
            + (((3 * z5 * z * z) + (19 * z5) + (17 * z3) - (15 * z)) / (384 * degrees * degrees * degrees));
    }
}
