using System.Globalization;
using System.Text;

namespace Thaw.Learning.Jinja.Python;

/// <summary>Upper, lower and title case as Python has them: .NET maps letter to letter, Python also letters that become several.</summary>
/// <remarks>From SpecialCasing.txt of Unicode. Not followed: the few Greek capitals with iota whose title case differs from both.</remarks>
internal static class LetterCase
{
    // A letter and what its upper case is, for each whose upper case is several letters.
    private const string Expansions =
        "\u00DFSS \u0149\u02BCN \u01F0J\u030C \u0390\u0399\u0308\u0301 \u03B0\u03A5\u0308\u0301 \u0587\u0535\u0552 \u1E96H\u0331 " +
        "\u1E97T\u0308 \u1E98W\u030A \u1E99Y\u030A \u1E9AA\u02BE \u1F50\u03A5\u0313 \u1F52\u03A5\u0313\u0300 \u1F54\u03A5\u0313\u0301 " +
        "\u1F56\u03A5\u0313\u0342 \u1F80\u1F08\u0399 \u1F81\u1F09\u0399 \u1F82\u1F0A\u0399 \u1F83\u1F0B\u0399 \u1F84\u1F0C\u0399 " +
        "\u1F85\u1F0D\u0399 \u1F86\u1F0E\u0399 \u1F87\u1F0F\u0399 \u1F88\u1F08\u0399 \u1F89\u1F09\u0399 \u1F8A\u1F0A\u0399 " +
        "\u1F8B\u1F0B\u0399 \u1F8C\u1F0C\u0399 \u1F8D\u1F0D\u0399 \u1F8E\u1F0E\u0399 \u1F8F\u1F0F\u0399 \u1F90\u1F28\u0399 " +
        "\u1F91\u1F29\u0399 \u1F92\u1F2A\u0399 \u1F93\u1F2B\u0399 \u1F94\u1F2C\u0399 \u1F95\u1F2D\u0399 \u1F96\u1F2E\u0399 " +
        "\u1F97\u1F2F\u0399 \u1F98\u1F28\u0399 \u1F99\u1F29\u0399 \u1F9A\u1F2A\u0399 \u1F9B\u1F2B\u0399 \u1F9C\u1F2C\u0399 " +
        "\u1F9D\u1F2D\u0399 \u1F9E\u1F2E\u0399 \u1F9F\u1F2F\u0399 \u1FA0\u1F68\u0399 \u1FA1\u1F69\u0399 \u1FA2\u1F6A\u0399 " +
        "\u1FA3\u1F6B\u0399 \u1FA4\u1F6C\u0399 \u1FA5\u1F6D\u0399 \u1FA6\u1F6E\u0399 \u1FA7\u1F6F\u0399 \u1FA8\u1F68\u0399 " +
        "\u1FA9\u1F69\u0399 \u1FAA\u1F6A\u0399 \u1FAB\u1F6B\u0399 \u1FAC\u1F6C\u0399 \u1FAD\u1F6D\u0399 \u1FAE\u1F6E\u0399 " +
        "\u1FAF\u1F6F\u0399 \u1FB2\u1FBA\u0399 \u1FB3\u0391\u0399 \u1FB4\u0386\u0399 \u1FB6\u0391\u0342 \u1FB7\u0391\u0342\u0399 " +
        "\u1FBC\u0391\u0399 \u1FC2\u1FCA\u0399 \u1FC3\u0397\u0399 \u1FC4\u0389\u0399 \u1FC6\u0397\u0342 \u1FC7\u0397\u0342\u0399 " +
        "\u1FCC\u0397\u0399 \u1FD2\u0399\u0308\u0300 \u1FD3\u0399\u0308\u0301 \u1FD6\u0399\u0342 \u1FD7\u0399\u0308\u0342 " +
        "\u1FE2\u03A5\u0308\u0300 \u1FE3\u03A5\u0308\u0301 \u1FE4\u03A1\u0313 \u1FE6\u03A5\u0342 \u1FE7\u03A5\u0308\u0342 " +
        "\u1FF2\u1FFA\u0399 \u1FF3\u03A9\u0399 \u1FF4\u038F\u0399 \u1FF6\u03A9\u0342 \u1FF7\u03A9\u0342\u0399 \u1FFC\u03A9\u0399 \uFB00FF " +
        "\uFB01FI \uFB02FL \uFB03FFI \uFB04FFL \uFB05ST \uFB06ST \uFB13\u0544\u0546 \uFB14\u0544\u0535 \uFB15\u0544\u053B " +
        "\uFB16\u054E\u0546 \uFB17\u0544\u053D";

    private static readonly Dictionary<char, string> s_upper = Expansions.Split(' ').ToDictionary(entry => entry[0], entry => entry[1..]);

    public static string Upper(string text)
    {
        var upper = new StringBuilder(text.Length);
        foreach (var c in text.ToUpperInvariant())
        {
            _ = s_upper.TryGetValue(c, out var several) ? upper.Append(several) : upper.Append(c);
        }

        return upper.ToString();
    }

    public static string Lower(string text)
    {
        var lower = text.ToLowerInvariant();
        if (!text.AsSpan().ContainsAny('\u0130', '\u03A3'))
        {
            return lower;
        }

        var exact = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            _ = text[i] switch
            {
                '\u0130' => exact.Append("i\u0307"),
                '\u03A3' when IsFinalSigma(text, i) => exact.Append('\u03C2'),
                _ => exact.Append(lower[i]),
            };
        }

        return exact.ToString();
    }

    /// <summary>The first letter in title case, the rest in lower case.</summary>
    public static string Capitalize(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var width = CodePoints.WidthAt(text, 0);
        return Title(text[..width]) + Lower(text)[Lower(text[..width]).Length..];
    }

    /// <summary><c>str.title</c>: each letter behind a letter is small, every other one is large.</summary>
    public static string TitleWords(string text)
    {
        var title = new StringBuilder(text.Length);
        var isInside = false;
        foreach (var point in text.EnumerateRunes())
        {
            _ = point.IsAscii
                ? title.Append(isInside ? char.ToLowerInvariant((char)point.Value) : char.ToUpperInvariant((char)point.Value))
                : title.Append(isInside ? Lower(point.ToString()) : Title(point.ToString()));
            isInside = IsCased(Rune.GetUnicodeCategory(point));
        }

        return title.ToString();
    }

    public static bool IsUpper(string text) => IsOneCase(text, UnicodeCategory.UppercaseLetter);

    public static bool IsLower(string text) => IsOneCase(text, UnicodeCategory.LowercaseLetter);

    private static string Title(string point) => point[0] switch
    {
        >= '\u10D0' and <= '\u10FF' => point,
        '\u01C4' or '\u01C5' or '\u01C6' => "\u01C5",
        '\u01C7' or '\u01C8' or '\u01C9' => "\u01C8",
        '\u01CA' or '\u01CB' or '\u01CC' => "\u01CB",
        '\u01F1' or '\u01F2' or '\u01F3' => "\u01F2",
        < '\u1F80' or > '\u1FFF' when s_upper.TryGetValue(point[0], out var several) => several[0] + Lower(several[1..]),
        _ => point.ToUpperInvariant(),
    };

    // At least one letter of the case, and none of another.
    private static bool IsOneCase(string text, UnicodeCategory wanted)
    {
        var isThere = false;
        foreach (var point in text.EnumerateRunes())
        {
            // The ordinal indicators are small letters by property only.
            var category = point.Value is 'ª' or 'º' ? UnicodeCategory.LowercaseLetter : Rune.GetUnicodeCategory(point);
            isThere |= category == wanted;
            if (category != wanted && IsCased(category))
            {
                return false;
            }
        }

        return isThere;
    }

    private static bool IsCased(UnicodeCategory category) =>
        category is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    // Behind a letter and not before one.
    private static bool IsFinalSigma(string text, int at) =>
        at > 0 && char.IsLetter(text[at - 1]) && (at + 1 == text.Length || !char.IsLetter(text[at + 1]));
}
