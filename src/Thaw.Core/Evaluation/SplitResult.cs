using Thaw.Core.Statistics;
using Thaw.Core.Storage;

namespace Thaw.Core.Evaluation;

/// <summary>What all episodes of one split came to. In files the keys are those of <c>thaw eval --json</c>.</summary>
/// <param name="Success">Share of the episodes that were solved.</param>
/// <param name="SuccessLow">Lower end of the 95 % Wilson interval, which counts episodes of one canonical instance as a cluster.</param>
/// <param name="Validity">Mean over episodes of the share of turns with a valid answer; an episode without any counts as 0.</param>
/// <param name="N">Episodes.</param>
/// <param name="Turns">Mean over episodes of the number of turns played.</param>
/// <param name="Reasons">For each reason that occurred, the failed episodes counted under it; they add up to the failures.</param>
public sealed record SplitResult(
    double Success,
    double SuccessLow,
    double SuccessHigh,
    double Validity,
    int N,
    double Turns,
    IReadOnlyDictionary<string, int> Reasons)
{
    /// <summary>Canonical instances among the episodes; fewer than <see cref="N"/> where some were played in several orders.</summary>
    public int Distinct { get => field > 0 ? field : N; init; }

    /// <summary>What a reader must know about <see cref="N"/> where instances were played more than once, in one sentence; null where none was.</summary>
    public string? NoteOnRepetition() => Distinct < N
        ? $"the {N} episodes show {Distinct} distinct instances, some of them again in another order; intervals and tests count an instance once, so more episodes do not narrow them much."
        : null;

    /// <exception cref="ArgumentException">There are no episodes.</exception>
    public static SplitResult Of(IReadOnlyCollection<EpisodeRecord> episodes)
    {
        if (episodes.Count == 0)
        {
            throw new ArgumentException("A result needs at least one episode.", nameof(episodes));
        }

        var solved = episodes.Count(episode => episode.IsSolved);
        var clusters = episodes.GroupBy(episode => episode.CanonicalId).Select(cluster => (cluster.Count(episode => episode.IsSolved), cluster.Count())).ToList();
        var interval = WilsonInterval.Of(clusters);
        var reasons = new OrderedDictionary<string, int>();
        foreach (var group in episodes.Where(episode => !episode.IsSolved).GroupBy(episode => episode.Reason).OrderBy(group => group.Key))
        {
            reasons.Add(JsonFormat.NameOf(group.Key), group.Count());
        }

        return new SplitResult(
            (double)solved / episodes.Count,
            interval.Low,
            interval.High,
            episodes.Average(episode => episode.Validity),
            episodes.Count,
            episodes.Average(episode => (double)episode.Turns.Count),
            reasons)
        {
            Distinct = clusters.Count,
        };
    }
}
