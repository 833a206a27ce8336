namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Finds the board and the answers in a prompt that any program may have written. Linear in the length of the prompt.</summary>
internal static class PromptText
{
    private const string Open = "<answer>";
    private const string Close = "</answer>";
    private const int FewestRows = 3;

    // What the format sentence of the paper's prompt holds between the marks.
    private const string Placeholder = "[your answer]";

    private static readonly string s_standard = BoardSymbols.Standard.ToString();

    // As the paper's prompts have named the symbols of the standard board, in its order; some put a "=" before the name.
    private static readonly string[][] s_names = [["Wall"], ["Floor"], ["Target"], ["Box on Target"], ["Box"], ["Player", "You"], ["Player on Target", "You on Target"]];

    /// <summary>The last board of the prompt: neighbouring lines, three at least, of nothing but board symbols and space, that begin and end with wall.</summary>
    /// <remarks>Where a line of the prompt names other symbols for the seven kinds of cell, the board is translated from them.</remarks>
    /// <returns>The board in the standard symbols, or null.</returns>
    public static string? FindBoard(string prompt)
    {
        var lines = prompt.Split('\n');
        var symbols = lines.Select(SymbolsOrNull).LastOrDefault(found => found is not null) ?? s_standard;
        var (board, block) = ((List<string>?)null, new List<string>());
        foreach (var line in lines.Append(""))
        {
            var row = string.Concat(line.Where(symbol => !char.IsWhiteSpace(symbol)));
            if (row.Length >= FewestRows && row[0] == symbols[0] && row[^1] == symbols[0] && row.All(symbol => symbols.Contains(symbol, StringComparison.Ordinal)))
            {
                block.Add(row);
                continue;
            }

            board = block.Count >= FewestRows ? block : board;
            block = [];
        }

        return board is null ? null : string.Join('\n', board.Select(row => string.Concat(row.Select(symbol => s_standard[symbols.IndexOf(symbol, StringComparison.Ordinal)]))));
    }

    /// <summary>The words between answer marks, up, down, left, right.</summary>
    /// <returns>Null where the prompt lists no answers, as on the split <c>empty</c>.</returns>
    /// <exception cref="FormatException">It lists another number of them than four, or one is empty.</exception>
    public static ActionVocabulary? FindWords(string prompt)
    {
        var words = new List<string>();
        var rest = prompt.AsSpan();
        while (rest.IndexOf(Open, StringComparison.Ordinal) is >= 0 and var open && rest[open..].IndexOf(Close, StringComparison.Ordinal) is >= 0 and var length)
        {
            var word = rest.Slice(open + Open.Length, length - Open.Length).Trim();
            if (!word.SequenceEqual(Placeholder))
            {
                words.Add(word.ToString());
            }

            rest = rest[(open + length + Close.Length)..];
        }

        return words switch
        {
            [] => null,
            [var up, var down, var left, var right] => WordsOf(up, down, left, right),
            _ => throw new FormatException($"the prompt lists {words.Count} answers, not four; give the words as binding."),
        };
    }

    /// <summary>Reads words as <see cref="ActionVocabulary.ToString"/> writes them; what a binding says behind them is passed over.</summary>
    /// <exception cref="FormatException">They are written otherwise.</exception>
    public static ActionVocabulary ParseWords(string binding)
    {
        string[] marks = ["Up=", " Down=", " Left=", " Right="];
        var (words, start) = (new string[4], 0);
        for (var i = 0; i < marks.Length; i++)
        {
            start += marks[i].Length;
            var end = i + 1 < marks.Length ? binding.IndexOf(marks[i + 1], Math.Min(start, binding.Length), StringComparison.Ordinal) : EndOfWord(binding, start);
            if (end < start || (i == 0 && !binding.StartsWith(marks[0], StringComparison.Ordinal)))
            {
                throw new FormatException("a binding is written like \"Up=1 Down=2 Left=3 Right=4\".");
            }

            (words[i], start) = (binding[start..end], end);
        }

        return WordsOf(words[0], words[1], words[2], words[3]);
    }

    private static int EndOfWord(string binding, int start) =>
        start <= binding.Length && binding.IndexOf(' ', start) is >= 0 and var space ? space : binding.Length;

    // Two of the paper's rows list a word twice.
    private static ActionVocabulary WordsOf(string up, string down, string left, string right) =>
        up.Length == 0 || down.Length == 0 || left.Length == 0 || right.Length == 0
            ? throw new FormatException("an action word is empty.")
            : ActionVocabulary.WithRepeats(up, down, left, right);

    // "# Wall | _ Floor | O Target | ..." in any order; null for any other line.
    private static string? SymbolsOrNull(string line)
    {
        if (!line.Contains("Wall", StringComparison.Ordinal) || !line.Contains('|', StringComparison.Ordinal))
        {
            return null;
        }

        var symbols = new char[s_names.Length];
        foreach (var piece in line.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var name = piece[1..].TrimStart(' ', '=');
            if (Array.FindIndex(s_names, names => names.Contains(name)) is >= 0 and var kind)
            {
                symbols[kind] = piece[0];
            }
        }

        return symbols.Distinct().Count() == symbols.Length && !symbols.Contains('\0') ? new string(symbols) : null;
    }
}
