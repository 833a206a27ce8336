using Thaw.Core.Words;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The split table of the paper (sections 1.5 and 8), held-out words, and behind them instructions that the paper has not tried.</summary>
internal static class SokobanSplits
{
    private static readonly RoomShape s_small = new(6, 6, 1);
    private static readonly VocabularySource s_training = VocabularySource.Fixed(ActionVocabulary.Training);
    private static readonly VocabularySource s_numerical = VocabularySource.Fixed("1", "2", "3", "4");
    private static readonly VocabularySource s_cardinal = VocabularySource.Fixed("North", "South", "West", "East");
    private static readonly VocabularySource s_emoji = VocabularySource.Fixed("⬆️", "⬇️", "⬅️", "➡️");

    public static IReadOnlyList<SokobanSplit> All(Lexicon lexicon) =>
    [
        new("id", SplitKind.Id, s_small, s_training, AnswersSection.Listed),
        new("alphabetical", SplitKind.Instruction, s_small, VocabularySource.Fixed("A", "B", "C", "D"), AnswersSection.Explained),
        new("numerical", SplitKind.Instruction, s_small, s_numerical, AnswersSection.Explained),
        new("random", SplitKind.Instruction, s_small, VocabularySource.Fixed("*", "&", "1", "M"), AnswersSection.Explained),
        new("cardinal", SplitKind.Instruction, s_small, s_cardinal, AnswersSection.Listed),
        new("emoji", SplitKind.Instruction, s_small, s_emoji, AnswersSection.Listed),
        new("held-out", SplitKind.Instruction, s_small, VocabularySource.DrawnFrom(lexicon.HeldOut), AnswersSection.Explained),
        new("fake", SplitKind.Fake, s_small, s_numerical, AnswersSection.Explained, ActionVocabulary.Training),
        new("larger", SplitKind.Difficulty, new(10, 10, 1), s_training, AnswersSection.Listed),
        new("two-boxes", SplitKind.Difficulty, new(6, 6, 2), s_training, AnswersSection.Listed),
        new("complex", SplitKind.Difficulty, new(10, 10, 2), s_training, AnswersSection.Listed),
        new("empty", SplitKind.Control, s_small, s_training, AnswersSection.Absent),
        new("fake-cardinal", SplitKind.Fake, s_small, s_cardinal, AnswersSection.Listed, ActionVocabulary.Training),
        new("fake-emoji", SplitKind.Fake, s_small, s_emoji, AnswersSection.Listed, ActionVocabulary.Training),
        new("held-out-family", SplitKind.Instruction, s_small, VocabularySource.HeldOutFamiliesOf(LexiconCatalog.Wide), AnswersSection.Explained),
        new("swapped", SplitKind.Instruction, s_small, VocabularySource.Fixed("Down", "Up", "Right", "Left"), AnswersSection.Explained),
        new("distractor", SplitKind.Instruction, s_small, s_numerical, AnswersSection.Explained) { HasDistractor = true },
        new("table", SplitKind.Instruction, s_small, s_numerical, AnswersSection.Table),
        new("prose", SplitKind.Instruction, s_small, s_numerical, AnswersSection.Prose),
        new("german", SplitKind.Instruction, s_small, s_numerical, AnswersSection.German),
        new("symbols", SplitKind.Instruction, s_small, s_training, AnswersSection.Listed) { Symbols = new("W.GQBAE") },
        new("paraphrased", SplitKind.Instruction, s_small, s_training, AnswersSection.Listed) { HasHeldOutWording = true },
    ];
}
