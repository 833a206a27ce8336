using Thaw.Core.Storage;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Reads the board and the Answers section out of a Sokoban prompt.</summary>
internal sealed class SokobanPromptReader : IPromptReader
{
    private const string Symbols = "#_O√XPS";
    private const string Open = "<answer>";
    private const string Close = "</answer>";

    public string Task => SokobanTask.TaskName;

    /// <inheritdoc/>
    /// <remarks>The board is the last block of lines that are rows of a room. The words are the four answers of the first line that has four.</remarks>
    public PromptFacts? ReadPrompt(string prompt)
    {
        var lines = prompt.Split('\n');
        if (BoardIn(lines) is not { } room)
        {
            return null;
        }

        var words = lines.Select(AnswersIn).FirstOrDefault(answers => answers.Count == 4);
        return FactsOf(room, words);
    }

    public PromptFacts? ReadInstance(JsonRow row)
    {
        if (row.TextsOrNull("fixed") is not { } still || row.TextsOrNull("state") is not { } state)
        {
            return null;
        }

        try
        {
            return FactsOf(RoomDigits.Parse(still, state), words: null);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public string? AnswerOf(string completion) => SokobanAnswer.Read(completion);

    /// <inheritdoc/>
    /// <remarks>Nobody has counted the rooms of a size.</remarks>
    public IReadOnlyCollection<string>? ListInstances(string family, int extent) => null;

    private static PromptFacts FactsOf(SokobanInstance room, List<string>? words)
    {
        var shape = new RoomShape(room.Level.Rows, room.Level.Columns, (int)UInt128.PopCount(room.Level.Targets));
        var mapping = words is null ? null : $"Up={words[0]} Down={words[1]} Left={words[2]} Right={words[3]}";
        return new PromptFacts(room.Drawing, room.Id, shape.ToString(), 0, mapping, words ?? []);
    }

    private static SokobanInstance? BoardIn(string[] lines)
    {
        for (var last = lines.Length - 1; last >= 0; last--)
        {
            if (!IsRow(lines[last]))
            {
                continue;
            }

            var first = last;
            while (first > 0 && IsRow(lines[first - 1]))
            {
                first--;
            }

            if (last - first < SokobanLevel.MaxCells && RoomOrNull(string.Join('\n', lines[first..(last + 1)])) is { } room)
            {
                return room;
            }

            last = first;
        }

        return null;
    }

    private static bool IsRow(string line)
    {
        var cells = 0;
        foreach (var symbol in line)
        {
            if (Symbols.Contains(symbol, StringComparison.Ordinal))
            {
                cells++;
            }
            else if (symbol is not (' ' or '\t' or '\r'))
            {
                return false;
            }
        }

        return cells is >= 3 and <= SokobanLevel.MaxCells;
    }

    private static SokobanInstance? RoomOrNull(string drawing)
    {
        try
        {
            return SokobanInstance.Parse(drawing);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static List<string> AnswersIn(string line)
    {
        var answers = new List<string>();
        for (var at = 0; line.IndexOf(Open, at, StringComparison.Ordinal) is >= 0 and var open;)
        {
            open += Open.Length;
            var close = line.IndexOf(Close, open, StringComparison.Ordinal);
            if (close < 0)
            {
                break;
            }

            answers.Add(line[open..close].Trim());
            at = close + Close.Length;
        }

        return answers;
    }
}
