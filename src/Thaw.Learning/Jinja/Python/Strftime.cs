using System.Globalization;
using System.Text;

namespace Thaw.Learning.Jinja.Python;

/// <summary><c>strftime</c> of a local time without a zone, in the C locale, with glibc's flags <c>-</c>, <c>_</c>, <c>0</c>, <c>^</c>.</summary>
internal static class Strftime
{
    private static readonly CultureInfo s_c = CultureInfo.InvariantCulture;

    public static string Write(DateTime time, string format)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var start = i++;
            var flag = format[i] is '-' or '_' or '0' or '^' && i + 1 < format.Length ? format[i++] : ' ';
            text.Append(Field(time, format[i], flag) ?? format[start..(i + 1)]);
        }

        return text.ToString();
    }

    // Null for a letter that means nothing, which the C library leaves as it stands.
    private static string? Field(DateTime time, char letter, char flag) => letter switch
    {
        'a' => Word(time, flag, "ddd"),
        'A' => Word(time, flag, "dddd"),
        'b' or 'h' => Word(time, flag, "MMM"),
        'B' => Word(time, flag, "MMMM"),
        'c' => time.ToString("ddd MMM ", s_c) + Number(time.Day, 2, '_') + time.ToString(" HH:mm:ss yyyy", s_c),
        'C' => Number(time.Year / 100, 2, flag),
        'd' => Number(time.Day, 2, flag),
        'D' or 'x' => time.ToString("MM'/'dd'/'yy", s_c),
        'e' => Number(time.Day, 2, flag == ' ' ? '_' : flag),
        'f' => time.ToString("ffffff", s_c),
        'F' => time.ToString("yyyy-MM-dd", s_c),
        'g' => Number(ISOWeek.GetYear(time) % 100, 2, flag),
        'G' => Number(ISOWeek.GetYear(time), 4, flag),
        'H' => Number(time.Hour, 2, flag),
        'I' => Number(TwelveHour(time), 2, flag),
        'j' => Number(time.DayOfYear, 3, flag),
        'k' => Number(time.Hour, 2, flag == ' ' ? '_' : flag),
        'l' => Number(TwelveHour(time), 2, flag == ' ' ? '_' : flag),
        'm' => Number(time.Month, 2, flag),
        'M' => Number(time.Minute, 2, flag),
        'n' => "\n",
        'p' => time.Hour < 12 ? "AM" : "PM",
        'P' => time.Hour < 12 ? "am" : "pm",
        'r' => $"{Number(TwelveHour(time), 2, ' ')}{time.ToString(":mm:ss", s_c)} {(time.Hour < 12 ? "AM" : "PM")}",
        'R' => time.ToString("HH:mm", s_c),
        'S' => Number(time.Second, 2, flag),
        't' => "\t",
        'T' or 'X' => time.ToString("HH:mm:ss", s_c),
        'u' => Number(time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek, 1, flag),
        'U' => Number((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7, 2, flag),
        'V' => Number(ISOWeek.GetWeekOfYear(time), 2, flag),
        'w' => Number((int)time.DayOfWeek, 1, flag),
        'W' => Number((time.DayOfYear + 6 - (((int)time.DayOfWeek + 6) % 7)) / 7, 2, flag),
        'y' => Number(time.Year % 100, 2, flag),
        'Y' => Number(time.Year, 4, flag == ' ' ? '-' : flag),
        'z' or 'Z' => "",
        '%' => "%",
        _ => null,
    };

    private static int TwelveHour(DateTime time) => ((time.Hour + 11) % 12) + 1;

    private static string Word(DateTime time, char flag, string pattern) =>
        flag == '^' ? time.ToString(pattern, s_c).ToUpperInvariant() : time.ToString(pattern, s_c);

    private static string Number(int number, int width, char flag) => flag switch
    {
        '-' => number.ToString(s_c),
        '_' => number.ToString(s_c).PadLeft(width),
        _ => number.ToString(s_c).PadLeft(width, '0'),
    };
}
