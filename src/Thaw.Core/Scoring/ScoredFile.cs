using Thaw.Core.Storage;

namespace Thaw.Core.Scoring;

/// <summary>Scored completions as JSON Lines: <c>line, task, instance_id, differs, scores</c>, and for each scorer <c>score, correct, valid, answer, reason</c>.</summary>
public static class ScoredFile
{
    /// <summary>Writes the rows as they come; the file appears only when all are written.</summary>
    public static void Write(string path, IEnumerable<ScoredRow> rows) =>
        AtomicFile.Write(path, stream => JsonLines.Write(stream, rows.Select(ToRow)));

    private static Row ToRow(ScoredRow row) =>
        new(row.Line, row.Task, row.InstanceId, row.Differs, row.Scores.ToDictionary(entry => entry.Key, entry => ToEntry(entry.Value)));

    private static Entry ToEntry(Score score) => new(score.Value, score.IsCorrect, score.IsValid, score.Answer, score.Reason);

    private sealed record Row(int Line, string Task, string InstanceId, bool Differs, IReadOnlyDictionary<string, Entry> Scores);

    private sealed record Entry(double Score, bool Correct, bool Valid, string? Answer, string? Reason);
}
