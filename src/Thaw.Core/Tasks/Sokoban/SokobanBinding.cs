namespace Thaw.Core.Tasks.Sokoban;

/// <summary>What a prompt says about its action words.</summary>
public sealed record SokobanBinding(ActionVocabulary Words, AnswersSection Section)
{
    /// <summary>The paper's training prompt: Up, Down, Left, Right, listed and not explained.</summary>
    public static SokobanBinding Training { get; } = new(ActionVocabulary.Training, AnswersSection.Listed);
}

/// <summary>How much the Answers section of a prompt tells.</summary>
public enum AnswersSection
{
    /// <summary>The four answers in the order up, down, left, right.</summary>
    Listed,

    /// <summary>The same, and a line that says which word is which direction.</summary>
    Explained,

    /// <summary>No section at all (the split <c>empty</c>).</summary>
    Absent,
}
