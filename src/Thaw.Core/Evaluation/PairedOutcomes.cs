using Thaw.Core.Statistics;

namespace Thaw.Core.Evaluation;

/// <summary>Two models on the same episodes.</summary>
/// <param name="OnlyA">Episodes that A solved and B did not.</param>
/// <param name="PValue">McNemar's exact test over canonical instances, two-sided, not corrected for the number of comparisons.</param>
/// <param name="Difference">Success of A less success of B, with its 95 % interval from a paired bootstrap over canonical instances.</param>
public sealed record PairedOutcomes(int N, int OnlyA, int OnlyB, double PValue, BootstrapInterval Difference)
{
    /// <summary>Canonical instances among the episodes; see <see cref="SplitResult.Distinct"/>.</summary>
    public int Distinct { get => field > 0 ? field : N; init; }

    /// <summary>Pairs episodes by split and instance; episodes that only one side has are left out.</summary>
    /// <exception cref="ArgumentException">The two have no episode in common.</exception>
    public static PairedOutcomes Of(IEnumerable<EpisodeRecord> a, IEnumerable<EpisodeRecord> b, ulong seed)
    {
        var other = b.ToDictionary(episode => (episode.Split, episode.InstanceId), episode => episode.IsSolved);
        var pairs = a.Where(episode => other.ContainsKey((episode.Split, episode.InstanceId)))
            .Select(episode => (Cluster: (episode.Split, episode.CanonicalId), A: episode.IsSolved, B: other[(episode.Split, episode.InstanceId)]))
            .ToList();
        var clusters = pairs.GroupBy(pair => pair.Cluster, pair => (pair.A ? 1 : 0) - (pair.B ? 1 : 0)).Select(cluster => (Sum: cluster.Sum(), Count: cluster.Count())).ToList();
        return new PairedOutcomes(
            pairs.Count,
            pairs.Count(pair => pair.A && !pair.B),
            pairs.Count(pair => pair.B && !pair.A),
            McNemar.Exact(clusters.Select(cluster => cluster.Sum)),
            PairedBootstrap.MeanDifference([.. clusters.Select(cluster => ((double)cluster.Sum, cluster.Count))], seed))
        {
            Distinct = clusters.Count,
        };
    }
}
