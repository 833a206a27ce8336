using System.Text.Json.Nodes;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;

namespace Thaw.Cli.Play;

/// <summary>An episode in the hands of a person: what was typed, what came of it, and how it ended.</summary>
/// <param name="title">What is played: <c>sokoban, split numerical, instance 1f00</c>.</param>
internal sealed class PlaySession(IEpisode episode, string title)
{
    private readonly List<Turn> _turns = [];
    private readonly IPlayableEpisode? _playable = episode as IPlayableEpisode;

    public string Title => title;

    public IEpisode Episode => episode;

    /// <summary>The board, with a cell as wide as its symbol and a space.</summary>
    public string Drawing => WithoutTabs(episode.Drawing);

    /// <summary>The prompt, with the same board in it.</summary>
    public string Wording => WithoutTabs(episode.Prompt.Text);

    public int TurnCount => _turns.Count;

    /// <summary>What the last answer came to: <c>turn 3: 4: valid</c>; empty before the first.</summary>
    public string LastTurn => _turns is [.., var last]
        ? $"turn {_turns.Count}: {last.Typed}: {(last.Verdict.IsValid ? "valid" : "not valid")}{(last.Verdict.Reason == FailureReason.None ? "" : $" ({JsonFormat.NameOf(last.Verdict.Reason)})")}"
        : "";

    public bool IsLastValid => _turns is [.., { Verdict.IsValid: true }];

    /// <summary>One sentence about the end, or about where it was stopped.</summary>
    public string Summary
    {
        get
        {
            var turns = $"{_turns.Count} turn{(_turns.Count == 1 ? "" : "s")}";
            var fewest = _playable?.FewestTurns;
            return episode switch
            {
                { IsOver: true, IsSolved: true } when fewest == _turns.Count => $"Solved in {turns}, the fewest possible.",
                { IsOver: true, IsSolved: true } => $"Solved in {turns}{(fewest is null ? "" : $"; {fewest} would have been enough")}.",
                { IsOver: true } => $"Not solved after {turns}: {JsonFormat.NameOf(episode.Reason)}{(fewest is null ? "" : $"; {fewest} would have been enough")}.",
                _ => $"Stopped after {turns}, not solved{(fewest is null ? "" : $"; from the start {fewest} {(fewest == 1 ? "is" : "are")} enough")}.",
            };
        }
    }

    /// <summary>What a line that was typed asks for. A command gives way to a word of the binding that is spelled alike; with a colon before it, it never does.</summary>
    public PlayInput Read(string typed) => typed.Trim() switch
    {
        ":q" => PlayInput.Quit,
        ":?" => PlayInput.Wording,
        "q" when !IsWord("q") => PlayInput.Quit,
        "?" when !IsWord("?") => PlayInput.Wording,
        "" => PlayInput.Nothing,
        _ => PlayInput.Answer,
    };

    /// <summary>Plays a turn.</summary>
    /// <param name="typed">The bare answer, or a whole completion where the episode cannot write one.</param>
    public void Answer(string typed)
    {
        var verdict = episode.Play(_playable?.WriteCompletion(typed) ?? typed);
        _turns.Add(new Turn(typed, verdict));
    }

    public string? AnswerFor(ArrowKey key) => _playable?.AnswerFor(key);

    public JsonObject ToJson() => new()
    {
        ["over"] = episode.IsOver,
        ["solved"] = episode.IsSolved,
        ["turns"] = _turns.Count,
        ["fewest_turns"] = _playable?.FewestTurns,
        ["reason"] = JsonFormat.NameOf(episode.Reason),
        ["stated_binding"] = episode.StatedBinding,
        ["scored_binding"] = episode.ScoredBinding,
        ["answers"] = new JsonArray([.. _turns.Select(turn => (JsonNode)new JsonObject
        {
            ["answer"] = turn.Typed,
            ["valid"] = turn.Verdict.IsValid,
            ["reason"] = JsonFormat.NameOf(turn.Verdict.Reason),
        })]),
    };

    // A tab is as wide as the terminal pleases.
    private static string WithoutTabs(string text) => text.Replace(" \t", "", StringComparison.Ordinal);

    private bool IsWord(string text) => $"{episode.StatedBinding} {episode.ScoredBinding} ".Contains($"={text} ", StringComparison.Ordinal);

    private sealed record Turn(string Typed, Verdict Verdict);
}

/// <summary>What a typed line is.</summary>
internal enum PlayInput
{
    Nothing,
    Answer,
    Wording,
    Quit,
}
