using Thaw.Core.Tasks;

namespace Thaw.Core.Evaluation;

/// <summary>An episode as it was played.</summary>
/// <param name="Index">Counts the instances of a split; the same index is the same instance in every split of one family.</param>
/// <param name="Reason"><see cref="FailureReason.None"/> where it was solved.</param>
public sealed record EpisodeRecord(
    string Task,
    string Split,
    int Index,
    string InstanceId,
    string StatedBinding,
    string ScoredBinding,
    bool IsSolved,
    FailureReason Reason,
    IReadOnlyList<TurnRecord> Turns)
{
    /// <summary>See <see cref="IInstance.CanonicalId"/>; the instance's own id where nothing else was said.</summary>
    public string CanonicalId { get => field ?? InstanceId; init; }

    /// <summary>Share of the turns with a valid answer; 0 where there is none.</summary>
    public double Validity => Turns.Count == 0 ? 0 : (double)Turns.Count(turn => turn.IsValid) / Turns.Count;
}

/// <summary>One question and its answer.</summary>
/// <param name="Drawing">The position before the answer.</param>
/// <param name="Answer">The answer as it was read, or null where none was found.</param>
public sealed record TurnRecord(string Drawing, string Prompt, string Completion, string? Answer, bool IsValid, FailureReason Reason);
