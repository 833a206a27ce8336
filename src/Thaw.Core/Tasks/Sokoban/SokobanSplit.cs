namespace Thaw.Core.Tasks.Sokoban;

/// <summary>A row of the split table: which rooms, which words the prompt states, and which words the judge takes.</summary>
/// <param name="Scored">Null where the judge takes what the prompt states, as everywhere but on Fake.</param>
public sealed record SokobanSplit(
    string Name, SplitKind Kind, RoomShape Shape, VocabularySource Stated, AnswersSection Section, ActionVocabulary? Scored = null)
    : Split(Name, Kind, Shape.ToString());
