namespace Thaw.Learning.Jinja.Python;

/// <summary>Finds a text in another in linear time, so that no template can make a search take for ever.</summary>
internal static class TextSearch
{
    // Up to here the vectorised search of .NET, whose worst case is the product of both lengths, is fast enough.
    private const int ShortNeedle = 32;

    /// <returns>UTF-16 index of the first occurrence at or behind <paramref name="start"/>, or -1.</returns>
    public static int IndexOf(string text, string needle, int start)
    {
        if (needle.Length <= ShortNeedle)
        {
            var at = text.AsSpan(start).IndexOf(needle);
            return at < 0 ? -1 : start + at;
        }

        return All(text, needle, start).DefaultIfEmpty(-1).First();
    }

    /// <summary>Occurrences from left to right that do not overlap.</summary>
    /// <param name="needle">Not empty.</param>
    public static IEnumerable<int> All(string text, string needle, int start = 0)
    {
        if (needle.Length <= ShortNeedle)
        {
            for (var at = IndexOf(text, needle, start); at >= 0; at = IndexOf(text, needle, at + needle.Length))
            {
                yield return at;
            }

            yield break;
        }

        var borders = Borders(needle);
        var matched = 0;
        for (var i = start; i < text.Length; i++)
        {
            while (matched > 0 && text[i] != needle[matched])
            {
                matched = borders[matched - 1];
            }

            matched += text[i] == needle[matched] ? 1 : 0;
            if (matched == needle.Length)
            {
                yield return i + 1 - needle.Length;
                matched = 0;
            }
        }
    }

    // Knuth, Morris, Pratt (1977): the longest proper prefix that is also a suffix, for each prefix of the needle.
    private static int[] Borders(string needle)
    {
        var borders = new int[needle.Length];
        for (int i = 1, length = 0; i < needle.Length; i++)
        {
            while (length > 0 && needle[i] != needle[length])
            {
                length = borders[length - 1];
            }

            length += needle[i] == needle[length] ? 1 : 0;
            borders[i] = length;
        }

        return borders;
    }
}
