using System.Buffers;

namespace Thaw.Learning.Jinja.Python;

/// <summary>What Python strips and splits at: .NET's white space and the four separators U+001C to U+001F.</summary>
internal static class Whitespace
{
    private static readonly SearchValues<char> s_lineBreaks = SearchValues.Create("\n\r\v\f\u001C\u001D\u001E\u0085\u2028\u2029");

    public static bool Is(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';

    public static int CountAtStart(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (count < text.Length && Is(text[count]))
        {
            count++;
        }

        return count;
    }

    public static int CountAtEnd(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (count < text.Length && Is(text[^(count + 1)]))
        {
            count++;
        }

        return count;
    }

    /// <summary>The lines of <c>str.splitlines</c>: no empty one behind a last break.</summary>
    public static List<string> Lines(string text, bool keepEnds)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var length = text.AsSpan(start).IndexOfAny(s_lineBreaks);
            if (length < 0)
            {
                lines.Add(text[start..]);
                break;
            }

            var end = start + length;
            var next = end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1);
            lines.Add(text[start..(keepEnds ? next : end)]);
            start = next;
        }

        return lines;
    }
}
