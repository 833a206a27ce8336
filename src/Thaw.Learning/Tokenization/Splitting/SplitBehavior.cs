namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>What becomes of the matches of a split expression. Names and meanings are those of the <c>tokenizers</c> library.</summary>
public enum SplitBehavior
{
    /// <summary>Each match is a piece, and so is each gap between matches.</summary>
    Isolated,

    /// <summary>Only the gaps are pieces; matched text is lost.</summary>
    Removed,

    /// <summary>A match belongs to the gap before it.</summary>
    MergedWithPrevious,

    /// <summary>A match belongs to the gap after it.</summary>
    MergedWithNext,

    /// <summary>Matches that touch each other are one piece.</summary>
    Contiguous,
}
