namespace Thaw.Core.Scoring;

/// <summary>A completion and what two scorers make of it.</summary>
/// <param name="Line">Of the file that was read, counted from 1.</param>
/// <param name="Scores">By the name of the scorer: the task's own first, then the one that it is compared with, if there is one.</param>
public sealed record ScoredRow(int Line, string Task, string InstanceId, string Completion, IReadOnlyList<KeyValuePair<string, Score>> Scores)
{
    /// <summary>The scorers do not agree on whether the completion is correct. Values are not compared: each scorer has a scale of its own.</summary>
    public bool Differs => Scores.Any(entry => entry.Value.IsCorrect != Scores[0].Value.IsCorrect);

    /// <summary>The scorers do not agree on whether the answer is valid.</summary>
    public bool DiffersInValidity => Scores.Any(entry => entry.Value.IsValid != Scores[0].Value.IsValid);
}
