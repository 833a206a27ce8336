using System.Buffers;
using System.Globalization;
using System.Text;

namespace Thaw.Learning.Tokenization;

/// <summary>Finds added tokens in text: the leftmost first, the longest among those that begin at one place.</summary>
internal sealed class AddedTokenMatcher
{
    /// <param name="TokenId">The added token, or -1 for text between them.</param>
    public readonly record struct Part(int TokenId, int Start, int End);

    private readonly SearchValues<string>? _contents;
    private readonly Dictionary<char, AddedToken[]> _byFirstChar;

    public AddedTokenMatcher(IEnumerable<AddedToken> tokens)
    {
        // The longest first, so that the first that fits is the longest.
        _byFirstChar = tokens.Where(t => t.Content.Length > 0)
            .GroupBy(t => t.Content[0])
            .ToDictionary(g => g.Key, g => g.OrderByDescending(t => t.Content.Length).ToArray());
        var contents = _byFirstChar.Values.SelectMany(group => group).Select(t => t.Content).ToArray();
        _contents = contents.Length == 0 ? null : SearchValues.Create(contents, StringComparison.Ordinal);
    }

    /// <summary>The parts of the text in order, without gaps except white space that a token swallows into itself.</summary>
    public List<Part> Split(ReadOnlySpan<char> text)
    {
        var parts = new List<Part>();
        var (covered, from) = (0, 0);
        while (_contents is not null && text[from..].IndexOfAny(_contents) is var found and >= 0)
        {
            var start = from + found;
            var token = LongestAt(text, start);
            var end = start + token.Content.Length;
            from = end;
            if (token.IsSingleWord && (EndsInWord(text[..start]) || BeginsWithWord(text[end..])))
            {
                continue;
            }

            if (token.StripsLeft)
            {
                start = Math.Max(covered, text[..start].TrimEnd().Length);
            }

            if (token.StripsRight)
            {
                end = text.Length - text[end..].TrimStart().Length;
                from = end;
            }

            if (covered < start)
            {
                parts.Add(new Part(-1, covered, start));
            }

            parts.Add(new Part(token.Id, start, end));
            covered = end;
        }

        if (covered < text.Length)
        {
            parts.Add(new Part(-1, covered, text.Length));
        }

        return parts;
    }

    private AddedToken LongestAt(ReadOnlySpan<char> text, int start)
    {
        foreach (var token in _byFirstChar[text[start]])
        {
            if (text[start..].StartsWith(token.Content, StringComparison.Ordinal))
            {
                return token;
            }
        }

        throw new InvalidOperationException($"No added token begins at {start}, where the search found one.");
    }

    private static bool EndsInWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    // \w of the reference's expressions: letters, marks, digits, letter numbers, connectors and the two joiners.
    private static bool IsWord(Rune rune) => Rune.IsLetter(rune) || rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;
}
