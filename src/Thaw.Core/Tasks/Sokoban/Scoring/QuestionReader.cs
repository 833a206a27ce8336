using Thaw.Core.Scoring;
using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Core.Tasks.Sokoban.Scoring;

/// <summary>Reads a Sokoban question from a row of a foreign file.</summary>
/// <remarks>
/// The position comes from <c>state</c> and <c>fixed</c>, or <c>drawing</c>, or <c>xsb</c>, or else the last board in the prompt. The words come from
/// <c>binding</c> or <c>stated_binding</c>, or else the answers that the prompt lists; where there are none they are Up, Down, Left, Right.
/// The scored words are the stated ones, unless <c>scored_binding</c> gives others or <c>split</c> names a split that scores others.
/// </remarks>
internal sealed class QuestionReader(IReadOnlyList<SokobanSplit> splits)
{
    public static IReadOnlyList<string> InstanceForms { get; } =
    [
        "state, fixed: rows of digits as in thaw gen --instances-only (0 wall, 1 floor, 2 target, 3 box on target, 4 box, 5 player)",
        "drawing: a board in the symbols # _ O √ X P S, one a cell, as one string or a list of rows",
        "xsb: a level of at most 128 cells in XSB symbols # @ + $ * . and space, as one string or a list of rows",
        "binding: the words, as \"Up=1 Down=2 Left=3 Right=4\"; else those that the prompt lists, or Up, Down, Left, Right",
        "scored_binding: words that the judge takes in place of the stated ones; split: \"fake\" does the same",
        $"{string.Join(" or ", PaperLabel.Keys)}: for --scorer paper, the right action (1 to 4, or a word of the binding) or a list of them",
    ];

    public SokobanQuestion? ReadOrNull(CompletionRow row)
    {
        if (RoomOrNull(row) is not { } room)
        {
            return null;
        }

        var stated = WordsOrNull(row, "binding") ?? WordsOrNull(row, "stated_binding")
            ?? (row.Prompt is { } text ? PromptReader.FindWords(text) : null)
            ?? ActionVocabulary.Training;
        var scored = WordsOrNull(row, "scored_binding") ?? ScoredBySplit(row) ?? stated;
        return new SokobanQuestion(room, stated, scored, row.Prompt ?? WritePrompt(room, stated), PaperLabel.ReadOrNull(row, stated));
    }

    private static SokobanInstance? RoomOrNull(CompletionRow row) =>
        row.LinesOrNull("state") is { } state && row.LinesOrNull("fixed") is { } still ? RoomDigits.Parse(still, state)
        : row.LinesOrNull("drawing") is { } drawing ? SokobanInstance.Parse(string.Join('\n', drawing))
        : row.LinesOrNull("xsb") is { } level ? RoomOf(SokobanPuzzle.Parse(level))
        : row.Prompt is { } prompt && PromptReader.FindBoard(prompt) is { } board ? SokobanInstance.Parse(board)
        : null;

    private static SokobanInstance RoomOf(SokobanPuzzle puzzle) => puzzle.ToRoomOrNull()
        ?? throw new FormatException($"a level of {puzzle.Rows} × {puzzle.Columns} has more than {SokobanLevel.MaxCells} cells.");

    private static ActionVocabulary? WordsOrNull(CompletionRow row, string key) =>
        row.TextOrNull(key) is { Length: > 0 } binding ? PromptReader.ParseWords(binding) : null;

    // Foreign files use the key for other things, train and test above all, so what is no split of ours says nothing.
    private ActionVocabulary? ScoredBySplit(CompletionRow row) =>
        row.ValueOrNull("split") is { ValueKind: System.Text.Json.JsonValueKind.String } && row.TextOrNull("split") is { } name
            ? splits.FirstOrDefault(split => split.Name == name)?.Scored
            : null;

    private static string WritePrompt(SokobanInstance room, ActionVocabulary words) =>
        SokobanPrompt.Write(new SokobanBinding(words, words == ActionVocabulary.Training ? AnswersSection.Listed : AnswersSection.Explained), room.Drawing).Text;
}
