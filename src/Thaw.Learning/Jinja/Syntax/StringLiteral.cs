using System.Globalization;
using System.Text;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>Strings between quotes, with Python's escapes.</summary>
internal static class StringLiteral
{
    /// <param name="start">Where the opening quote stands.</param>
    /// <returns>Behind the closing quote, or -1.</returns>
    public static int EndOf(string text, int start)
    {
        for (var at = start + 1; at < text.Length; at++)
        {
            if (text[at] == text[start])
            {
                return at + 1;
            }

            at += text[at] == '\\' ? 1 : 0;
        }

        return -1;
    }

    public static string Unescape(Source source, int start, int end)
    {
        var text = source.Text;
        if (text.AsSpan(start, end - start).IndexOf('\\') < 0)
        {
            return text[start..end];
        }

        var value = new StringBuilder();
        for (var at = start; at < end; at++)
        {
            if (text[at] != '\\')
            {
                value.Append(text[at]);
                continue;
            }

            var escape = at++;
            switch (text[at])
            {
                case 'x':
                    at += Append(source, value, escape, digits: 2, end);
                    break;
                case 'u':
                    at += Append(source, value, escape, digits: 4, end);
                    break;
                case 'U':
                    at += Append(source, value, escape, digits: 8, end);
                    break;
                case 'N':
                    throw source.Error(escape, "characters by name are not supported; write \\u and the code instead");
                case >= '0' and <= '7':
                    at = AppendOctal(text, value, at, end);
                    break;
                default:
                    value.Append(Simple(text[at]));
                    break;
            }
        }

        return value.ToString();
    }

    // An escape that means nothing stays as it is, backslash included.
    private static string Simple(char letter) => letter switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'a' => "\a",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        '\n' => "",
        '\\' or '\'' or '"' => letter.ToString(),
        _ => "\\" + letter,
    };

    private static int Append(Source source, StringBuilder value, int escape, int digits, int end)
    {
        var first = escape + 2;
        if (first + digits > end
            || !int.TryParse(source.Text.AsSpan(first, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
            || point is < 0 or > 0x10FFFF)
        {
            throw source.Error(escape, $"an escape with {digits} hexadecimal digits is broken");
        }

        _ = point is >= 0xD800 and <= 0xDFFF ? throw source.Error(escape, "half of a surrogate pair is no character")
            : value.Append(char.ConvertFromUtf32(point));
        return digits;
    }

    private static int AppendOctal(string text, StringBuilder value, int at, int end)
    {
        var point = 0;
        var last = at;
        for (; last < Math.Min(end, at + 3) && text[last] is >= '0' and <= '7'; last++)
        {
            point = (point * 8) + (text[last] - '0');
        }

        value.Append((char)point);
        return last - 1;
    }
}
