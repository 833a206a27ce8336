using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>A row of the split table: which rooms, which words the prompt states, and which words the judge takes.</summary>
/// <param name="Scored">Null where the judge takes what the prompt states, as everywhere but on Fake.</param>
public sealed record SokobanSplit(
    string Name, SplitKind Kind, RoomShape Shape, VocabularySource Stated, AnswersSection Section, ActionVocabulary? Scored = null)
    : Split(Name, Kind, Shape.ToString())
{
    public BoardSymbols Symbols { get; init; } = BoardSymbols.Standard;

    /// <summary>The wording is drawn for each instance, from those that training never sees.</summary>
    public bool HasHeldOutWording { get; init; }

    public bool HasDistractor { get; init; }

    /// <summary>What the prompt of one instance states; the same stream gives the same binding.</summary>
    public SokobanBinding DrawBinding(SplitMix64 random) => new(Stated.Draw(random), Section)
    {
        Symbols = Symbols,
        Wording = HasHeldOutWording ? random.Pick(SokobanWording.HeldOut) : SokobanWording.Standard,
        HasDistractor = HasDistractor,
    };
}
