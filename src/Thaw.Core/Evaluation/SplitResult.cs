using Thaw.Core.Statistics;
using Thaw.Core.Storage;

namespace Thaw.Core.Evaluation;

/// <summary>What all episodes of one split came to. In files the keys are those of <c>thaw eval --json</c>.</summary>
/// <param name="Success">Share of the episodes that were solved.</param>
/// <param name="SuccessLow">Lower end of the 95 % Wilson interval.</param>
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
    /// <exception cref="ArgumentException">There are no episodes.</exception>
    public static SplitResult Of(IReadOnlyCollection<EpisodeRecord> episodes)
    {
        if (episodes.Count == 0)
        {
            throw new ArgumentException("A result needs at least one episode.", nameof(episodes));
        }

        var solved = episodes.Count(episode => episode.IsSolved);
        var interval = WilsonInterval.Of(solved, episodes.Count);
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
            reasons);
    }
}
