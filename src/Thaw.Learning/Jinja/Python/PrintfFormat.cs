using System.Globalization;
using System.Numerics;
using System.Text;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Python;

/// <summary>Python's <c>format % values</c>, without <c>%e</c>, <c>%g</c> and <c>%a</c>, which no published template uses.</summary>
internal static class PrintfFormat
{
    private const int MaxWidth = 10_000;
    private const int MaxDecimals = 300;

    /// <param name="values">A tuple, a dict for <c>%(name)s</c>, or one value.</param>
    public static StringValue Apply(string format, Value values, Rendering run)
    {
        run.Scan(format.Length);
        var text = new StringBuilder();
        var list = values is ListValue { IsTuple: true } tuple ? tuple.Elements : [values];
        var (next, at) = (0, 0);
        while (at < format.Length)
        {
            var percent = format.IndexOf('%', at);
            text.Append(format, at, (percent < 0 ? format.Length : percent) - at);
            if (percent < 0)
            {
                break;
            }

            at = percent + 1;
            var spec = Spec.Read(format, ref at, run);
            if (spec.Conversion == '%')
            {
                text.Append('%');
                continue;
            }

            var value = spec.Key is { } key ? Lookup(values, key, run)
                : next < list.Count ? list[next++]
                : throw run.Error("a format has more places than values");
            var piece = spec.Write(value, run);
            run.Reserve(piece.Length);
            text.Append(piece);
        }

        // What has members may be left unused: only a tuple or a single plain value must be.
        return next < list.Count && values is not (DictValue or ListValue { IsTuple: false } or UndefinedValue) ? throw run.Error("a format has fewer places than values") : run.Text(text.ToString());
    }

    private static Value Lookup(Value values, string key, Rendering run) => values is DictValue dict
        ? dict.Find(key) ?? throw run.Error($"a format names '{key}', which is not given")
        : throw run.Error($"a format names '{key}', which needs a dict");

    private readonly record struct Spec(string? Key, string Flags, int Width, int? Decimals, char Conversion)
    {
        public static Spec Read(string format, ref int at, Rendering run)
        {
            string? key = null;
            if (at < format.Length && format[at] == '(')
            {
                var end = format.IndexOf(')', at);
                key = end < 0 ? throw run.Error("a format has a name without its end") : format[(at + 1)..end];
                at = end + 1;
            }

            var start = at;
            while (at < format.Length && format[at] is '-' or '+' or ' ' or '0' or '#')
            {
                at++;
            }

            var flags = format[start..at];
            var width = Number(format, ref at, MaxWidth, run) ?? 0;
            int? decimals = null;
            if (at < format.Length && format[at] == '.')
            {
                at++;
                decimals = Number(format, ref at, MaxDecimals, run) ?? 0;
            }

            return at < format.Length ? new Spec(key, flags, width, decimals, format[at++]) : throw run.Error("a format ends within a place");
        }

        public string Write(Value value, Rendering run)
        {
            var body = Conversion switch
            {
                's' => Cut(Text.Of(value, run)),
                'r' => Cut(Text.Repr(value, run)),
                'd' or 'i' or 'u' => Signed(Whole(value, run).ToString(CultureInfo.InvariantCulture)),
                'x' or 'X' or 'o' => Signed(InBase(Whole(value, run), Conversion == 'o', Conversion == 'X')),
                'f' or 'F' => Signed(Fixed(value, run)),
                'c' => value is StringValue { Count: 1 } letter ? letter.Text : throw run.Error("%c needs one letter"),
                _ => throw run.Error($"a format has '%{Conversion}', which is not supported"),
            };
            var padding = Width - CodePoints.Count(body);
            if (padding <= 0)
            {
                return body;
            }

            var sign = body.Length > 0 && body[0] is '-' or '+' or ' ' ? 1 : 0;
            return Flags.Contains('-') ? body + new string(' ', padding)
                : Flags.Contains('0') && Conversion is not ('s' or 'r' or 'c') ? body[..sign] + new string('0', padding) + body[sign..]
                : new string(' ', padding) + body;
        }

        private static int? Number(string format, ref int at, int max, Rendering run)
        {
            var start = at;
            while (at < format.Length && char.IsAsciiDigit(format[at]))
            {
                at++;
            }

            return at == start ? null
                : int.TryParse(format.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number
                : throw run.Error($"a format asks for more than {max} places");
        }

        private static BigInteger Whole(Value value, Rendering run) => Numbers.IsWhole(value, out var whole) ? whole
            : value is FloatValue number && double.IsFinite(number.Number) ? new BigInteger(number.Number)
            : throw run.Error($"a number is needed, not {value.TypeName}");

        private static string InBase(BigInteger number, bool isOctal, bool isUpper)
        {
            var size = BigInteger.Abs(number);
            var digits = isOctal ? Octal(size) : size.ToString(isUpper ? "X" : "x", CultureInfo.InvariantCulture).TrimStart('0');
            return (number.Sign < 0 ? "-" : "") + (digits.Length == 0 ? "0" : digits);
        }

        // Three binary digits make an octal one.
        private static string Octal(BigInteger number)
        {
            var bits = number.ToString("b", CultureInfo.InvariantCulture).TrimStart('0');
            bits = bits.PadLeft((bits.Length + 2) / 3 * 3, '0');
            return string.Concat(bits.Chunk(3).Select(three => (char)('0' + ((three[0] - '0') * 4) + ((three[1] - '0') * 2) + (three[2] - '0'))));
        }

        private string Cut(string text) => Decimals is { } most && CodePoints.Count(text) > most ? CodePoints.Slice(text, 0, most) : text;

        private string Signed(string number) => number.StartsWith('-') ? number : Flags.Contains('+') ? "+" + number : Flags.Contains(' ') ? " " + number : number;

        private string Fixed(Value value, Rendering run) => !Numbers.IsNumber(value, out var number) ? throw run.Error($"a number is needed, not {value.TypeName}")
            : double.IsFinite(number) ? ExactDecimal.Fixed(number, Decimals ?? 6, run)
            : Numbers.Write(number);
    }
}
