namespace Thaw.Core.Tasks;

/// <summary>The judgement of one turn.</summary>
/// <param name="IsValid">The answer belongs to the scored binding.</param>
/// <param name="Answer">The answer as it was read, or null where none was found.</param>
/// <param name="Reason">Why the turn did not bring the episode closer; <see cref="FailureReason.None"/> where there is nothing to blame.</param>
public readonly record struct Verdict(bool IsValid, string? Answer, FailureReason Reason);

/// <summary>The closed list of reasons for failure; an episode that was not solved is counted under exactly one.</summary>
public enum FailureReason
{
    None,

    /// <summary>The completion holds no answer in the requested form.</summary>
    NoAnswer,

    /// <summary>An answer was read, but it belongs neither to the stated nor to the scored binding.</summary>
    UnknownWord,

    /// <summary>The answer belongs to the training binding although another was stated: the frozen-prompt artefact.</summary>
    TrainingWord,

    /// <summary>The answer belongs to the stated binding but another one is scored (Fake): the model followed its prompt.</summary>
    StatedWord,

    /// <summary>The answers were valid but the turns ran out.</summary>
    OutOfTurns,

    /// <summary>The instance can no longer be solved from the position that was reached.</summary>
    DeadEnd,

    /// <summary>The answer does not name the cards of the hand.</summary>
    WrongCards,

    /// <summary>The answer does not give the values of the cards, under any binding in question.</summary>
    WrongValues,

    /// <summary>The formula is not arithmetic in the scored operators.</summary>
    BrokenFormula,

    /// <summary>The formula does not use every value exactly once, under any binding in question.</summary>
    WrongUse,

    /// <summary>The formula does not make the target, or claims to make something else.</summary>
    WrongResult,
}
