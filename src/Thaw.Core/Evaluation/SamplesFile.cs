using Thaw.Core.Storage;
using Thaw.Core.Tasks;

namespace Thaw.Core.Evaluation;

/// <summary>Episodes as JSON Lines, one a line with all its turns.</summary>
/// <remarks>A turn whose position and prompt are those of the turn before it leaves both out; most turns of a failing episode do.</remarks>
public static class SamplesFile
{
    public static string NameFor(string task, string split) => $"samples_{task}_{split}.jsonl";

    public static void Write(string path, IEnumerable<EpisodeRecord> episodes) =>
        AtomicFile.Write(path, stream => JsonLines.Write(stream, episodes.Select(ToLine)));

    /// <exception cref="InvalidDataException">A line is malformed: <c>FILE: line N: cause</c>.</exception>
    public static IEnumerable<EpisodeRecord> Read(string path) => JsonLines.Read<Line>(path).Select(FromLine);

    private static Line ToLine(EpisodeRecord episode)
    {
        var turns = new List<Turn>();
        TurnRecord? previous = null;
        foreach (var turn in episode.Turns)
        {
            var isSame = previous is not null && turn.Prompt == previous.Prompt && turn.Drawing == previous.Drawing;
            turns.Add(new Turn(
                turn.Completion, turn.IsValid, turn.Reason, isSame ? null : turn.Drawing, isSame ? null : turn.Prompt, turn.Answer));
            previous = turn;
        }

        return new Line(
            episode.Index, episode.InstanceId, episode.Task, episode.Split, episode.StatedBinding, episode.ScoredBinding,
            episode.IsSolved ? 1 : 0, episode.Validity, episode.Reason, turns, episode.CanonicalId == episode.InstanceId ? null : episode.CanonicalId);
    }

    private static EpisodeRecord FromLine(Line line)
    {
        var (drawing, prompt) = ("", "");
        var turns = new List<TurnRecord>();
        foreach (var turn in line.Turns)
        {
            (drawing, prompt) = (turn.Drawing ?? drawing, turn.Prompt ?? prompt);
            turns.Add(new TurnRecord(drawing, prompt, turn.Completion, turn.Answer, turn.Valid, turn.Reason));
        }

        return new EpisodeRecord(
            line.Task, line.Split, line.DocId, line.InstanceId, line.StatedBinding, line.ScoredBinding, line.Success == 1, line.Reason, turns)
        {
            CanonicalId = line.CanonicalId ?? line.InstanceId,
        };
    }

    private sealed record Line(
        int DocId,
        string InstanceId,
        string Task,
        string Split,
        string StatedBinding,
        string ScoredBinding,
        int Success,
        double Validity,
        FailureReason Reason,
        IReadOnlyList<Turn> Turns,
        string? CanonicalId = null);

    private sealed record Turn(
        string Completion, bool Valid, FailureReason Reason, string? Drawing = null, string? Prompt = null, string? Answer = null);
}
