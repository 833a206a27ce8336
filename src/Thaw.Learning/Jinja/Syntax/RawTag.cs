using Thaw.Learning.Jinja.Python;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>The tags <c>{% raw %}</c> and <c>{% endraw %}</c>, which must be known before anything is read as an expression.</summary>
/// <param name="Sign"><c>-</c> or <c>+</c> at the opening mark, or a space.</param>
/// <param name="End">Behind the closing mark.</param>
internal readonly record struct RawTag(char Sign, int End)
{
    /// <param name="start">Where <c>{%</c> stands.</param>
    /// <param name="word">"raw" or "endraw".</param>
    public static RawTag? Match(string text, int start, string word)
    {
        var at = start + 2;
        if (text[start + 1] != '%' || at >= text.Length)
        {
            return null;
        }

        var sign = text[at] is '-' or '+' ? text[at++] : ' ';
        at += Whitespace.CountAtStart(text.AsSpan(at));
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
        {
            return null;
        }

        at += word.Length;
        at += Whitespace.CountAtStart(text.AsSpan(at));
        at += at < text.Length && (text[at] == '-' || (text[at] == '+' && word == "endraw")) ? 1 : 0;
        return string.CompareOrdinal(text, at, "%}", 0, 2) == 0 ? new RawTag(sign, at + 2) : null;
    }

    /// <summary>Whether the tag that ends at <paramref name="end"/> takes the white space behind it.</summary>
    public static bool TakesSpace(string text, int end) => text[end - 3] == '-';
}
