using System.Globalization;
using System.Text;

namespace Thaw.Learning.Jinja.Python;

/// <summary>Upper, lower and title case as Python has them: .NET maps letter to letter, Python also letters that become several.</summary>
/// <remarks>From SpecialCasing.txt of Unicode. Not followed: the few Greek capitals with iota whose title case differs from both.</remarks>
internal static class LetterCase
{
    private const string Expansions =
        "ßSS ŉʼN ǰJ̌ ΐΪ́ ΰΫ́ ևԵՒ ẖH̱ ẗT̈ ẘW̊ ẙY̊ ẚAʾ ὐΥ̓ ὒΥ̓̀ ὔΥ̓́ ὖΥ̓͂ ᾀἈΙ ᾁἉΙ ᾂἊΙ ᾃἋΙ ᾄἌΙ ᾅἍΙ ᾆἎΙ ᾇἏΙ ᾈἈΙ ᾉἉΙ ᾊἊΙ ᾋἋΙ ᾌἌΙ ᾍἍΙ ᾎἎΙ ᾏἏΙ " +
        "ᾐἨΙ ᾑἩΙ ᾒἪΙ ᾓἫΙ ᾔἬΙ ᾕἭΙ ᾖἮΙ ᾗἯΙ ᾘἨΙ ᾙἩΙ ᾚἪΙ ᾛἫΙ ᾜἬΙ ᾝἭΙ ᾞἮΙ ᾟἯΙ ᾠὨΙ ᾡὩΙ ᾢὪΙ ᾣὫΙ ᾤὬΙ ᾥὭΙ ᾦὮΙ ᾧὯΙ ᾨὨΙ ᾩὩΙ ᾪὪΙ ᾫὫΙ ᾬὬΙ ᾭὭΙ ᾮὮΙ ᾯὯΙ " +
        "ᾲᾺΙ ᾳΑΙ ᾴΆΙ ᾶΑ͂ ᾷΑ͂Ι ᾼΑΙ ῂῊΙ ῃΗΙ ῄΉΙ ῆΗ͂ ῇΗ͂Ι ῌΗΙ ῒΪ̀ ΐΪ́ ῖΙ͂ ῗΪ͂ ῢΫ̀ ΰΫ́ ῤΡ̓ ῦΥ͂ ῧΫ͂ ῲῺΙ ῳΩΙ ῴΏΙ ῶΩ͂ ῷΩ͂Ι ῼΩΙ " +
        "ﬀFF ﬁFI ﬂFL ﬃFFI ﬄFFL ﬅST ﬆST ﬓՄՆ ﬔՄԵ ﬕՄԻ ﬖՎՆ ﬗՄԽ";

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
        foreach (var point in CodePoints.Each(text))
        {
            title.Append(isInside ? Lower(point) : Title(point));
            isInside = IsCased(point);
        }

        return title.ToString();
    }

    public static bool IsUpper(string text) => CodePoints.Each(text).Any(IsUpperPoint) && !CodePoints.Each(text).Any(point => IsLowerPoint(point) || IsTitlePoint(point));

    public static bool IsLower(string text) => CodePoints.Each(text).Any(IsLowerPoint) && !CodePoints.Each(text).Any(point => IsUpperPoint(point) || IsTitlePoint(point));

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

    private static bool IsCased(string point) => IsUpperPoint(point) || IsLowerPoint(point) || IsTitlePoint(point);

    private static bool IsUpperPoint(string point) => CharUnicodeInfo.GetUnicodeCategory(point, 0) == UnicodeCategory.UppercaseLetter;

    private static bool IsLowerPoint(string point) => CharUnicodeInfo.GetUnicodeCategory(point, 0) == UnicodeCategory.LowercaseLetter || point is "ª" or "º";

    private static bool IsTitlePoint(string point) => CharUnicodeInfo.GetUnicodeCategory(point, 0) == UnicodeCategory.TitlecaseLetter;

    // Behind a letter and not before one.
    private static bool IsFinalSigma(string text, int at) =>
        at > 0 && char.IsLetter(text[at - 1]) && (at + 1 == text.Length || !char.IsLetter(text[at + 1]));
}
