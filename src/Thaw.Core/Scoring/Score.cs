namespace Thaw.Core.Scoring;

/// <summary>What a scorer makes of one completion.</summary>
/// <param name="Value">On the scorer's own scale, such as -3 to 5 for the paper's scorer of General Points.</param>
/// <param name="IsCorrect">The completion answers the question.</param>
/// <param name="IsValid">The answer is one that the question allows, right or wrong.</param>
/// <param name="Answer">As it was read, or null where none was found.</param>
/// <param name="Reason">Why it is not correct, in the words of the scorer: <c>unknown_word</c>; null where it is.</param>
public sealed record Score(double Value, bool IsCorrect, bool IsValid, string? Answer, string? Reason)
{
    /// <summary>The reason of an answer that the solver could not judge within its budget: not correct as far as is known.</summary>
    public const string NotWithinBudget = "not_within_budget";

    /// <summary>1 point for an answer that is right.</summary>
    public static Score Right(string answer) => new(1, true, true, answer, null);

    /// <summary>No point.</summary>
    public static Score Wrong(bool isValid, string? answer, string reason) => new(0, false, isValid, answer, reason);
}
