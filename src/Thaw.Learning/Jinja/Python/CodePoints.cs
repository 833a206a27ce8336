namespace Thaw.Learning.Jinja.Python;

/// <summary>Texts as Python counts them, by code points, while .NET counts UTF-16 units.</summary>
internal static class CodePoints
{
    public static int Count(string text)
    {
        var count = text.Length;
        if (!IsPlain(text))
        {
            for (var i = 0; i < text.Length; i++)
            {
                count -= char.IsLowSurrogate(text[i]) ? 1 : 0;
            }
        }

        return count;
    }

    /// <summary>The UTF-16 index of a code point.</summary>
    /// <param name="index">At most the number of code points.</param>
    public static int OffsetOf(string text, int index)
    {
        if (IsPlain(text))
        {
            return index;
        }

        var offset = 0;
        for (; index > 0; index--)
        {
            offset += WidthAt(text, offset);
        }

        return offset;
    }

    /// <summary>The code points between two indices.</summary>
    public static string Slice(string text, int start, int stop)
    {
        if (stop <= start)
        {
            return "";
        }

        var from = OffsetOf(text, start);
        return IsPlain(text) ? text[start..stop] : text.Substring(from, OffsetOf(text[from..], stop - start));
    }

    public static IEnumerable<string> Each(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var width = WidthAt(text, at);
            yield return text.Substring(at, width);
            at += width;
        }
    }

    /// <summary>Order by code point; ordinal order of UTF-16 puts emoji before the last thousands of the basic plane.</summary>
    public static int Compare(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (a, b) = (left[common], right[common]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }

    public static int WidthAt(string text, int offset) =>
        char.IsHighSurrogate(text[offset]) && offset + 1 < text.Length && char.IsLowSurrogate(text[offset + 1]) ? 2 : 1;

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');
}
