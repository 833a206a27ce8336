using System.Globalization;
using System.Numerics;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Python;

/// <summary>Reading, writing and bounding numbers as Python does.</summary>
internal static class Numbers
{
    /// <summary>Python refuses to write longer whole numbers.</summary>
    public const int MaxDigits = 4300;

    private const int MaxBits = 14_283;

    /// <summary>A result of whole-number arithmetic, refused beyond <see cref="MaxDigits"/> digits.</summary>
    public static IntegerValue Integer(BigInteger number, Rendering run) => number.GetBitLength() <= MaxBits
        ? new IntegerValue(number)
        : throw run.Error($"a whole number of more than {MaxDigits} digits");

    public static bool IsWhole(Value value, out BigInteger number)
    {
        number = value switch
        {
            IntegerValue integer => integer.Number,
            BoolValue truth => truth.IsTrue ? BigInteger.One : BigInteger.Zero,
            _ => BigInteger.Zero,
        };
        return value is IntegerValue or BoolValue;
    }

    /// <summary>The number of a float, a whole number or a boolean.</summary>
    public static bool IsNumber(Value value, out double number)
    {
        if (value is FloatValue real)
        {
            number = real.Number;
            return true;
        }

        var isWhole = IsWhole(value, out var whole);
        number = (double)whole;
        return isWhole;
    }

    /// <summary>A whole number that an index, a width or a count is to be.</summary>
    public static int Small(Value value, string what, Rendering run) => !IsWhole(value, out var number)
        ? throw run.Error($"{what} must be a whole number, not {value.TypeName}")
        : (int)BigInteger.Max(-int.MaxValue, BigInteger.Min(int.MaxValue, number));

    /// <summary>The shortest digits that give the same number again, as <c>repr</c> writes them: <c>1.0</c>, <c>1e-05</c>, <c>1e+16</c>.</summary>
    public static string Write(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var exponent = number == 0 ? 0 : Exponent(shortest);
        return exponent is < -4 or >= 16 ? Scientific(shortest, exponent) : Positional(shortest, exponent);
    }

    /// <summary>What <c>float(text)</c> accepts.</summary>
    public static bool TryParse(string text, out double number)
    {
        var trimmed = text[Whitespace.CountAtStart(text)..];
        trimmed = trimmed[..^Whitespace.CountAtEnd(trimmed)];
        number = trimmed.TrimStart('+', '-').ToUpperInvariant() switch
        {
            "INF" or "INFINITY" => double.PositiveInfinity,
            "NAN" => double.NaN,
            _ => 0,
        };
        if (number != 0)
        {
            number = trimmed[0] == '-' ? -number : number;
            return trimmed.Length - trimmed.TrimStart('+', '-').Length <= 1;
        }

        return AreUnderscoresBetweenDigits(trimmed) && double.TryParse(
            trimmed.Replace("_", "", StringComparison.Ordinal),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out number);
    }

    /// <summary>What <c>int(text, numberBase)</c> accepts.</summary>
    /// <param name="numberBase">0, or 2 to 36; with 0 the prefix decides.</param>
    public static bool TryParse(string text, int numberBase, out BigInteger number)
    {
        number = BigInteger.Zero;
        var digits = text[Whitespace.CountAtStart(text)..];
        digits = digits[..^Whitespace.CountAtEnd(digits)];
        var isNegative = digits.StartsWith('-');
        digits = isNegative || digits.StartsWith('+') ? digits[1..] : digits;
        var prefix = digits.Length > 1 && digits[0] == '0' ? char.ToLowerInvariant(digits[1]) : ' ';
        var named = prefix switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 };
        if (named != 0 && (numberBase == 0 || numberBase == named))
        {
            (digits, numberBase) = (digits[2..], named);
            digits = digits.StartsWith('_') ? digits[1..] : digits;
        }
        else if (numberBase == 0)
        {
            numberBase = 10;
            if (digits.StartsWith('0') && digits.AsSpan().ContainsAnyExcept('0', '_'))
            {
                return false;
            }
        }

        if (digits.Length is 0 or > MaxDigits || !AreUnderscoresBetweenDigits(digits))
        {
            return false;
        }

        foreach (var c in digits.Replace("_", "", StringComparison.Ordinal))
        {
            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : int.MaxValue;
            if (digit >= numberBase)
            {
                return false;
            }

            number = (number * numberBase) + digit;
        }

        number = isNegative ? -number : number;
        return true;
    }

    private static bool AreUnderscoresBetweenDigits(string text)
    {
        for (var at = text.IndexOf('_'); at >= 0; at = text.IndexOf('_', at + 1))
        {
            if (at == 0 || at + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[at - 1]) || !char.IsAsciiLetterOrDigit(text[at + 1]))
            {
                return false;
            }
        }

        return true;
    }

    // Of the first digit that is not zero.
    private static int Exponent(string shortest)
    {
        var at = shortest.IndexOf('E');
        if (at >= 0)
        {
            return int.Parse(shortest.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }

        var digits = shortest.TrimStart('-');
        var point = digits.IndexOf('.');
        return digits[0] != '0' ? (point < 0 ? digits.Length : point) - 1 : -(digits.AsSpan(point + 1).IndexOfAnyExcept('0') + 1);
    }

    private static string Significant(string shortest)
    {
        var at = shortest.IndexOf('E');
        var digits = (at < 0 ? shortest : shortest[..at]).TrimStart('-').Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        return digits.Length == 0 ? "0" : digits;
    }

    private static string Sign(string shortest) => shortest.StartsWith('-') ? "-" : "";

    private static string Scientific(string shortest, int exponent)
    {
        var digits = Significant(shortest);
        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{Sign(shortest)}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    private static string Positional(string shortest, int exponent)
    {
        var digits = Significant(shortest);
        return Sign(shortest) + (exponent < 0
            ? "0." + new string('0', -exponent - 1) + digits
            : digits.Length <= exponent + 1
                ? digits.PadRight(exponent + 1, '0') + ".0"
                : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}");
    }
}
