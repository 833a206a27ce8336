using System.Globalization;
using System.Text;
using Thaw.Core.Storage;

namespace Thaw.Core.Tasks.Sokoban.Puzzles;

/// <summary>Collections of levels in XSB form.</summary>
/// <remarks>
/// Rows without a gap between them are a level; all other text is about levels. Titles stand before or behind their levels: behind, where
/// the text behind the last level has a <c>Title:</c>, or where there is such text and none before the first level.
/// </remarks>
public static class XsbFile
{
    /// <summary>Reads every level; one that is wrong stops no other.</summary>
    /// <exception cref="InvalidDataException">The file holds no level.</exception>
    public static IReadOnlyList<XsbLevel> Read(string path)
    {
        var levels = Parse(File.ReadAllText(path));
        return levels.Count > 0 ? levels : throw new InvalidDataException($"{path}: holds no level: no line is a row of # @ + $ * . and floor");
    }

    /// <summary>Reads the text of a file; empty where it holds no level. Any text will do, in time linear in its length.</summary>
    public static IReadOnlyList<XsbLevel> Parse(string text)
    {
        var (boards, texts) = Divide(text);
        var isBehind = boards.Count > 0 && (XsbTitle.HasKey(texts[^1]) || (XsbTitle.First(texts[^1]) is not null && XsbTitle.First(texts[0]) is null));
        var levels = new List<XsbLevel>(boards.Count);
        for (var i = 0; i < boards.Count; i++)
        {
            var title = isBehind ? XsbTitle.First(texts[i + 1]) : XsbTitle.Last(texts[i]);
            levels.Add(Level(title ?? string.Create(CultureInfo.InvariantCulture, $"level {i + 1}"), boards[i]));
        }

        return levels;
    }

    /// <summary>Writes levels with their titles before them, as <see cref="Read"/> reads them.</summary>
    public static void Write(string path, IEnumerable<(string Title, SokobanPuzzle Puzzle)> levels)
    {
        var text = new StringBuilder();
        foreach (var (title, puzzle) in levels)
        {
            text.Append(CultureInfo.InvariantCulture, $"; {title.ReplaceLineEndings(" ").Trim()}\n{puzzle}\n\n");
        }

        AtomicFile.WriteText(path, text.ToString());
    }

    // The texts stand around the boards: one before each, and one behind the last.
    private static (List<Board> Boards, List<List<string>> Texts) Divide(string text)
    {
        var (boards, texts) = (new List<Board>(), new List<List<string>> { new() });
        Board? open = null;
        var number = 0;
        foreach (var written in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            var line = XsbRow.WithoutTabs(written);
            if (!XsbRow.IsRow(line))
            {
                open = null;
                texts[^1].Add(line);
                continue;
            }

            // A line with bars between its rows is a level of its own.
            var isWhole = line.Contains('|', StringComparison.Ordinal);
            if (open is null || isWhole)
            {
                open = new Board(number, []);
                boards.Add(open);
                texts.Add([]);
            }

            open.Lines.Add(line);
            open = isWhole ? null : open;
        }

        return (boards, texts);
    }

    private static XsbLevel Level(string title, Board board)
    {
        try
        {
            return new XsbLevel(title, board.Line, SokobanPuzzle.Parse([.. board.Lines.SelectMany(XsbRow.Decode)]), null);
        }
        catch (FormatException error)
        {
            return new XsbLevel(title, board.Line, null, string.Create(CultureInfo.InvariantCulture, $"line {board.Line}: {error.Message}"));
        }
    }

    private sealed record Board(int Line, List<string> Lines);
}
