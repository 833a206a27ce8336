using Thaw.Core.Demonstrations;
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

    /// <summary>The prompt of this split with words that were drawn otherwise: what it does to the words and the board beside that stays.</summary>
    public SokobanBinding Around(SokobanBinding drawn, SplitMix64 random) => drawn with
    {
        Section = Section == AnswersSection.Listed ? drawn.Section : Section,
        Symbols = Symbols,
        Wording = HasHeldOutWording ? random.Pick(SokobanWording.HeldOut) : drawn.Wording,
        HasDistractor = HasDistractor,
    };

    /// <summary>The same split with rooms of another shape.</summary>
    public SokobanSplit WithShape(RoomShape shape) =>
        new(Name, Kind, shape, Stated, Section, Scored) { Symbols = Symbols, HasHeldOutWording = HasHeldOutWording, HasDistractor = HasDistractor };

    /// <exception cref="ArgumentException">No row of the plan could be right by its own prompt, or the split would have no effect.</exception>
    public void ThrowIfNotTeachable(DemonstrationPlan plan)
    {
        var isDiverse = plan.Diversity == Diversity.Diverse;
        if (Scored is not null)
        {
            throw new ArgumentException($"Split {Name} has no demonstrations: its judge takes other words than its prompt states, so every row would teach to ignore the prompt.");
        }

        if (Section == AnswersSection.Absent && (isDiverse || plan.Format != DemonstrationFormat.Answer))
        {
            throw new ArgumentException($"Split {Name} does not say what the words are, so its demonstrations are frozen and without a thought.");
        }

        if (isDiverse && !Stated.IsTraining && !HasDistractor && Section is AnswersSection.Listed or AnswersSection.Explained)
        {
            throw new ArgumentException($"Split {Name} differs by its words alone, and diverse rows draw words of their own: one of the two is enough.");
        }
    }
}
