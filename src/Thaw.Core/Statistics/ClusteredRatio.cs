namespace Thaw.Core.Statistics;

/// <summary>A mean over parts that come in clusters of different sizes, such as the tokens of completions, with its standard error.</summary>
/// <remarks>
/// Σy / Σm over K clusters with totals y and sizes m; its variance is K/(K−1) Σ(y − ratio · m)² / (Σm)² (Cochran, Sampling Techniques,
/// 3rd edition, section 3.12), so tokens of one completion may depend on each other as they like.
/// </remarks>
/// <param name="StandardError">0 of a single cluster, which says nothing about it.</param>
public readonly record struct ClusteredRatio(double Mean, double StandardError)
{
    /// <param name="clusters">Total and size of each; sizes are positive.</param>
    /// <exception cref="ArgumentException">There is no cluster.</exception>
    public static ClusteredRatio Of(IReadOnlyCollection<(double Total, double Size)> clusters)
    {
        if (clusters.Count == 0)
        {
            throw new ArgumentException("There are no clusters.", nameof(clusters));
        }

        var size = clusters.Sum(cluster => cluster.Size);
        var mean = clusters.Sum(cluster => cluster.Total) / size;
        double k = clusters.Count;
        var spread = clusters.Sum(cluster => Math.Pow(cluster.Total - (mean * cluster.Size), 2));
        return new ClusteredRatio(mean, k > 1 ? Math.Sqrt(k / (k - 1) * spread) / size : 0);
    }
}
