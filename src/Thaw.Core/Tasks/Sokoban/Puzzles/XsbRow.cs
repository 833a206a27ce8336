using System.Text;

namespace Thaw.Core.Tasks.Sokoban.Puzzles;

/// <summary>One line of an XSB file as rows of a level, plain or run-length encoded: <c>5#|#@-$.#|5#</c>.</summary>
internal static class XsbRow
{
    private const string Symbols = "#@+$*. -_";
    private const string Encoded = "0123456789|";

    private const int TabStop = 8;

    private static readonly char[] s_floor = [' ', '-', '_'];

    /// <summary>Whether the line belongs to a level: it has a wall and XSB symbols alone, or stands between two walls whatever is in it.</summary>
    public static bool IsRow(string line)
    {
        var row = line.AsSpan().Trim(" -_");
        return row.Contains('#')
            && ((row[0] == '#' && row[^1] == '#' && row.Length > 1)
                || line.All(symbol => Symbols.Contains(symbol, StringComparison.Ordinal) || Encoded.Contains(symbol, StringComparison.Ordinal)));
    }

    /// <summary>Tabs as the spaces that an editor shows for them, with a stop at every eighth column.</summary>
    public static string WithoutTabs(string line)
    {
        if (!line.Contains('\t', StringComparison.Ordinal))
        {
            return line;
        }

        var text = new StringBuilder();
        foreach (var symbol in line)
        {
            text.Append(symbol == '\t' ? ' ' : symbol, symbol == '\t' ? TabStop - (text.Length % TabStop) : 1);
        }

        return text.ToString();
    }

    /// <exception cref="FormatException">A number stands before no symbol, or the row becomes longer than a level may be.</exception>
    public static IEnumerable<string> Decode(string line)
    {
        if (!line.Any(char.IsAsciiDigit) && !line.Contains('|', StringComparison.Ordinal))
        {
            return [line.TrimEnd(s_floor)];
        }

        var rows = new StringBuilder();
        var count = 0;
        foreach (var symbol in line.TrimEnd())
        {
            if (char.IsAsciiDigit(symbol))
            {
                count = Math.Min((count * 10) + (symbol - '0'), SokobanPuzzle.MaxCells + 1);
                continue;
            }

            if (rows.Length + count > 2 * SokobanPuzzle.MaxCells)
            {
                throw new FormatException($"a level holds at most {SokobanPuzzle.MaxCells} cells");
            }

            rows.Append(symbol == '|' ? '\n' : symbol, Math.Max(count, 1));
            count = 0;
        }

        return count == 0 ? rows.ToString().TrimEnd('\n').Split('\n').Select(row => row.TrimEnd(s_floor)) : throw new FormatException("a number stands before no symbol");
    }
}
