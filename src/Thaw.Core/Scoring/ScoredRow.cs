namespace Thaw.Core.Scoring;

/// <summary>A completion and what two scorers make of it.</summary>
/// <param name="Line">Of the file that was read, counted from 1.</param>
/// <param name="Scores">By the name of the scorer: the task's own first, then the one that it is compared with, if there is one.</param>
public sealed record ScoredRow(int Line, string Task, string InstanceId, string Completion, IReadOnlyList<KeyValuePair<string, Score>> Scores)
{
    public bool Differs => Scores.Skip(1).Any(other => other.Value.DiffersFrom(Scores[0].Value));
}
