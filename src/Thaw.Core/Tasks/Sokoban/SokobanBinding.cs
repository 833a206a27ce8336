namespace Thaw.Core.Tasks.Sokoban;

/// <summary>What a prompt says about its action words and its board, and how it says it.</summary>
public sealed record SokobanBinding(ActionVocabulary Words, AnswersSection Section)
{
    /// <summary>The paper's training prompt: Up, Down, Left, Right, listed and not explained.</summary>
    public static SokobanBinding Training { get; } = new(ActionVocabulary.Training, AnswersSection.Listed);

    public BoardSymbols Symbols { get; init; } = BoardSymbols.Standard;

    public SokobanWording Wording { get; init; } = SokobanWording.Standard;

    /// <summary>A further rule says what the words meant in an earlier version of the game, and that this no longer holds.</summary>
    public bool HasDistractor { get; init; }

    /// <summary>The words, and after them whatever is not as in the paper: <c>Up=1 Down=2 Left=3 Right=4 wording=letter</c>.</summary>
    public override string ToString() => string.Concat(
        Words.ToString(),
        Symbols == BoardSymbols.Standard ? "" : $" symbols={Symbols}",
        Wording == SokobanWording.Standard ? "" : $" wording={Wording.Name}",
        HasDistractor ? " distractor=yes" : "");
}

/// <summary>How the Answers section of a prompt gives the words.</summary>
public enum AnswersSection
{
    /// <summary>The four answers in the order up, down, left, right.</summary>
    Listed,

    /// <summary>The same, and a line that says which word is which direction.</summary>
    Explained,

    /// <summary>No section at all (the split <c>empty</c>).</summary>
    Absent,

    /// <summary>A table of two columns.</summary>
    Table,

    /// <summary>Sentences.</summary>
    Prose,

    /// <summary>Listed and explained in German.</summary>
    German,
}
