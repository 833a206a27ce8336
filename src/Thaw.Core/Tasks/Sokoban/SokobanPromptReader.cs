using Thaw.Core.Storage;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>What a Sokoban prompt shows, for the audit of data.</summary>
internal sealed class SokobanPromptReader : IPromptReader
{
    public string Task => SokobanTask.TaskName;

    /// <inheritdoc/>
    /// <remarks>The board is the last one, and the words are those between answer marks; see <see cref="PromptText"/>.</remarks>
    public PromptFacts? ReadPrompt(string prompt) =>
        PromptText.FindBoard(prompt) is { } board && OrNull(() => SokobanInstance.Parse(board)) is { } room
            ? FactsOf(room, OrNull(() => PromptText.FindWords(prompt)))
            : null;

    public PromptFacts? ReadInstance(JsonRow row) =>
        row.TextsOrNull("fixed") is { } still && row.TextsOrNull("state") is { } state && OrNull(() => RoomDigits.Parse(still, state)) is { } room
            ? FactsOf(room, words: null)
            : null;

    public string? AnswerOf(string completion) => SokobanAnswer.Read(completion);

    /// <inheritdoc/>
    /// <remarks>Nobody has counted the rooms of a size.</remarks>
    public IReadOnlyCollection<string>? ListInstances(string family, int extent) => null;

    private static PromptFacts FactsOf(SokobanInstance room, ActionVocabulary? words)
    {
        var shape = new RoomShape(room.Level.Rows, room.Level.Columns, (int)UInt128.PopCount(room.Level.Targets));
        return new PromptFacts(
            room.Drawing, room.Id, shape.ToString(), 0, words?.ToString(), words is null ? [] : [words.Up, words.Down, words.Left, words.Right])
        {
            Fold = room.Fold,
        };
    }

    private static T? OrNull<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
