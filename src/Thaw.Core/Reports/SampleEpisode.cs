using Thaw.Core.Evaluation;

namespace Thaw.Core.Reports;

/// <summary>One whole episode for the replay.</summary>
/// <param name="StatedBinding">The words the prompt gives: <c>Up=1 Down=2 Left=3 Right=4</c>.</param>
public sealed record SampleEpisode(
    string Arm,
    string Split,
    string InstanceId,
    string StatedBinding,
    string ScoredBinding,
    bool IsSolved,
    IReadOnlyList<SampleTurn> Turns)
{
    /// <summary>As <paramref name="arm"/> played it.</summary>
    public static SampleEpisode Of(string arm, EpisodeRecord episode) => new(
        arm,
        episode.Split,
        episode.InstanceId,
        episode.StatedBinding,
        episode.ScoredBinding,
        episode.IsSolved,
        [.. episode.Turns.Select(t => new SampleTurn(t.Drawing, t.Prompt, t.Completion, t.Answer, t.IsValid, t.Reason.ToString()))]);
}

/// <summary>One prompt, its completion and the verdict.</summary>
/// <param name="Drawing">The position before the turn; a Sokoban board in the paper's symbols is drawn, any other text is shown as it is.</param>
/// <param name="Answer">As it was read, or null where none was found.</param>
/// <param name="Reason">Name of the <see cref="Tasks.FailureReason"/>, in any casing.</param>
public sealed record SampleTurn(string Drawing, string Prompt, string Completion, string? Answer, bool IsValid, string Reason)
{
    /// <summary>The position after the turn, where it is worth showing: at the end of an episode.</summary>
    public string? DrawingAfter { get; init; }
}
