namespace Thaw.Core.Tasks.Sokoban.Puzzles;

/// <summary>Finds the title of a level in the text beside it.</summary>
/// <remarks>A <c>Title:</c> or <c>Name:</c> line, else a line that is no other remark of the usual kinds. A leading <c>;</c> and quotation marks are no part of it.</remarks>
internal static class XsbTitle
{
    private static readonly string[] s_titleKeys = ["title", "name"];

    private static readonly string[] s_otherKeys =
    [
        "author", "collection", "comment", "comment-end", "comment_end", "copyright", "date", "date of last change", "difficulty", "email", "end", "file offset",
        "homepage", "id", "length", "notes", "set", "size x", "size y", "solution", "source", "url", "web", "website",
    ];

    public static bool HasKey(IReadOnlyList<string> lines) => lines.Any(line => ValueOf(line, s_titleKeys) is { Length: > 0 });

    /// <summary>The title for the level before the text.</summary>
    public static string? First(IReadOnlyList<string> lines) =>
        lines.Select(line => ValueOf(line, s_titleKeys)).FirstOrDefault(value => value is { Length: > 0 }) ?? Remarks(lines).FirstOrDefault();

    /// <summary>The title for the level behind the text.</summary>
    public static string? Last(IReadOnlyList<string> lines) =>
        lines.Select(line => ValueOf(line, s_titleKeys)).LastOrDefault(value => value is { Length: > 0 }) ?? Remarks(lines).LastOrDefault();

    // Lines between "Comment:" and "Comment-End:" say nothing about the title, nor do lines of dashes or stars.
    private static IEnumerable<string> Remarks(IReadOnlyList<string> lines)
    {
        var isComment = false;
        foreach (var line in lines)
        {
            var text = Bare(line);
            var hasEnd = text.StartsWith("comment-end", StringComparison.OrdinalIgnoreCase) || text.StartsWith("comment_end", StringComparison.OrdinalIgnoreCase);
            if (!isComment && !hasEnd && ValueOf(line, s_otherKeys) is null && text.Any(char.IsLetterOrDigit))
            {
                yield return text;
            }

            isComment = !hasEnd && (isComment || text.Equals("comment:", StringComparison.OrdinalIgnoreCase));
        }
    }

    private static string? ValueOf(string line, string[] keys)
    {
        var text = Bare(line);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && keys.Contains(text[..colon].Trim(), StringComparer.OrdinalIgnoreCase) ? text[(colon + 1)..].Trim(' ', '\t', '\'', '"') : null;
    }

    private static string Bare(string line) => line.Trim(' ', '\t', ';', '\'', '"');
}
