using System.Numerics;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary>Filters about numbers, and those that take any value.</summary>
internal static class NumberFilters
{
    private const int MaxDecimals = 300;

    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["abs"] = new([], 0, (value, _, run) => value is FloatValue number ? new FloatValue(Math.Abs(number.Number))
            : Numbers.IsWhole(value, out var whole) ? new IntegerValue(BigInteger.Abs(whole))
            : throw Wrong("abs", value, run)),
        ["int"] = new(["default", "base"], 0, (value, a, run) => ToInteger(value, a[0], a[1] is null ? 10 : Numbers.Small(a[1]!, "a base", run), run)),
        ["float"] = new(["default"], 0, (value, a, run) => value is UndefinedValue undefined ? throw run.Error(undefined.Cause)
            : Real(value is StringValue text ? new StringValue(Counted(text.Text, run)) : value) is { } number ? new FloatValue(number)
            : a[0] ?? new FloatValue(0)),
        ["round"] = new(["precision", "method"], 0, Round),
        ["default"] = new(["default_value", "boolean"], 0, Default),
        ["d"] = new(["default_value", "boolean"], 0, Default),
        ["attr"] = new(["name"], 1, (value, a, run) => value is UndefinedValue undefined ? throw run.Error(undefined.Cause)
            : value is DictValue && DictMethods.Find(DictValue.Empty, TextFilters.Read(a[0]!, run)) is null
                ? new UndefinedValue($"'{value.TypeName} object' has no attribute '{TextFilters.Read(a[0]!, run)}'")
                : Members.Attribute(value, TextFilters.Read(a[0]!, run), run)),
    };

    private static Value Default(Value value, Value?[] arguments, Rendering run) =>
        value is UndefinedValue || ((arguments[1]?.IsTrue ?? false) && !value.IsTrue) ? arguments[0] ?? StringValue.Empty : value;

    private static Value ToInteger(Value value, Value? otherwise, int numberBase, Rendering run) => value switch
    {
        UndefinedValue undefined => throw run.Error(undefined.Cause),
        StringValue text when numberBase is 0 or (>= 2 and <= 36) && Numbers.TryParse(Counted(text.Text, run), numberBase, out var whole) => Numbers.Integer(whole, run),
        _ when Numbers.IsWhole(value, out var whole) => new IntegerValue(whole),
        _ => Real(value) is { } number && double.IsFinite(number) ? new IntegerValue(new BigInteger(number)) : otherwise ?? new IntegerValue(0),
    };

    // Reading n digits takes time that grows with the square of n, up to the longest number that is read at all.
    private static string Counted(string text, Rendering run)
    {
        run.Scan(text.Length + (long)Math.Pow(Math.Min(text.Length, Numbers.MaxDigits), 2) / 16);
        return text;
    }

    private static double? Real(Value value) => Numbers.IsNumber(value, out var number) || (value is StringValue text && Numbers.TryParse(text.Text, out number))
        ? number
        : null;

    private static Value Round(Value value, Value?[] arguments, Rendering run)
    {
        var precision = arguments[0] is null ? 0 : Numbers.Small(arguments[0]!, "a precision", run);
        var method = arguments[1] is null ? "common" : TextFilters.Read(arguments[1]!, run);
        if (!Numbers.IsNumber(value, out var number))
        {
            throw Wrong("round", value, run);
        }

        if (Math.Abs((long)precision) > MaxDecimals || method is not ("common" or "ceil" or "floor"))
        {
            throw run.Error($"filter 'round' takes at most {MaxDecimals} digits and a method that is common, ceil or floor");
        }

        if (method != "common")
        {
            var scale = Math.Pow(10, precision);
            return new FloatValue((method == "ceil" ? Math.Ceiling(number * scale) : Math.Floor(number * scale)) / scale);
        }

        return Numbers.IsWhole(value, out var whole) ? new IntegerValue(RoundWhole(whole, precision))
            : !double.IsFinite(number) ? value
            : precision >= 0 ? new FloatValue(ExactDecimal.Round(number, precision, run))
            : new FloatValue((double)RoundWhole(new BigInteger(number), precision));
    }

    // To tens, hundreds and so on for a negative precision; halves to even.
    private static BigInteger RoundWhole(BigInteger number, int precision)
    {
        if (precision >= 0)
        {
            return number;
        }

        var unit = BigInteger.Pow(10, -precision);
        var quotient = BigInteger.DivRem(BigInteger.Abs(number), unit, out var remainder);
        var half = (remainder * 2).CompareTo(unit);
        return number.Sign * (quotient + (half > 0 || (half == 0 && !quotient.IsEven) ? 1 : 0)) * unit;
    }

    private static JinjaException Wrong(string filter, Value value, Rendering run) =>
        run.Error(value is UndefinedValue undefined ? undefined.Cause : $"filter '{filter}' needs a number, not {value.TypeName}");
}
