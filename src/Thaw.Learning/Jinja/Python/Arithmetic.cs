using System.Numerics;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Python;

/// <summary><c>+ - * / // % **</c> with Python's rules: floor division, true division, and texts and lists that can be added and repeated.</summary>
internal static class Arithmetic
{
    public static Value Add(Value left, Value right, Rendering run) => (left, right) switch
    {
        (StringValue a, StringValue b) => Concatenate(a.Text, b.Text, run),
        (ListValue a, ListValue b) when a.IsTuple == b.IsTuple => Join(a, b, run),
        _ => Compute("+", left, right, run, BigInteger.Add, (a, b) => a + b),
    };

    public static Value Subtract(Value left, Value right, Rendering run) => Compute("-", left, right, run, BigInteger.Subtract, (a, b) => a - b);

    public static Value Multiply(Value left, Value right, Rendering run) => (left, right) switch
    {
        (StringValue or ListValue, IntegerValue or BoolValue) => Repeat(left, Numbers.Small(right, "a repetition", run), run),
        (IntegerValue or BoolValue, StringValue or ListValue) => Repeat(right, Numbers.Small(left, "a repetition", run), run),
        _ => Compute("*", left, right, run, BigInteger.Multiply, (a, b) => a * b),
    };

    public static Value Divide(Value left, Value right, Rendering run)
    {
        RequireNumbers("/", left, right, run, out var a, out var b);
        return b == 0 ? throw run.Error("division by zero") : new FloatValue(a / b);
    }

    public static Value FloorDivide(Value left, Value right, Rendering run)
    {
        RequireDivisor(right, run);
        return Compute("//", left, right, run, Floor, (a, b) => Math.Floor((a - FloatModulo(a, b)) / b + 0.5));
    }

    public static Value Modulo(Value left, Value right, Rendering run)
    {
        if (left is StringValue format)
        {
            return PrintfFormat.Apply(format.Text, right, run);
        }

        RequireDivisor(right, run);
        return Compute("%", left, right, run, (a, b) => a - (Floor(a, b) * b), FloatModulo);
    }

    public static Value Power(Value left, Value right, Rendering run)
    {
        RequireNumbers("**", left, right, run, out var x, out var y);
        if (Numbers.IsWhole(left, out var a) && Numbers.IsWhole(right, out var b) && b.Sign >= 0)
        {
            if (a.IsZero || BigInteger.Abs(a).IsOne)
            {
                return new IntegerValue(b.IsZero ? BigInteger.One : a.Sign < 0 && b.IsEven ? BigInteger.One : a);
            }

            return b > Numbers.MaxDigits * 4
                ? throw run.Error($"a whole number of more than {Numbers.MaxDigits} digits")
                : a.GetBitLength() * (long)b > Numbers.MaxDigits * 8
                    ? throw run.Error($"a whole number of more than {Numbers.MaxDigits} digits")
                    : Numbers.Integer(BigInteger.Pow(a, (int)b), run);
        }

        var power = Math.Pow(x, y);
        return x == 0 && y < 0 ? throw run.Error("0 cannot be raised to a negative power")
            : double.IsNaN(power) && !double.IsNaN(x) && !double.IsNaN(y) ? throw run.Error("a negative number to a broken power is no real number")
            : new FloatValue(power);
    }

    public static Value Negate(Value value, Rendering run) => value switch
    {
        FloatValue number => new FloatValue(-number.Number),
        _ when Numbers.IsWhole(value, out var whole) => new IntegerValue(-whole),
        _ => throw Unsupported("-", value, run),
    };

    public static Value Plus(Value value, Rendering run) => value switch
    {
        FloatValue => value,
        _ when Numbers.IsWhole(value, out var whole) => new IntegerValue(whole),
        _ => throw Unsupported("+", value, run),
    };

    private static StringValue Concatenate(string left, string right, Rendering run)
    {
        run.Reserve((long)left.Length + right.Length);
        return new StringValue(left + right);
    }

    private static ListValue Join(ListValue left, ListValue right, Rendering run)
    {
        run.Step(left.Elements.Count + right.Elements.Count);
        return new ListValue([.. left.Elements, .. right.Elements], left.IsTuple);
    }

    private static Value Repeat(Value value, int count, Rendering run)
    {
        count = Math.Max(0, count);
        if (value is StringValue text)
        {
            run.Reserve((long)text.Text.Length * count);
            return new StringValue(string.Concat(Enumerable.Repeat(text.Text, text.Text.Length == 0 ? 0 : count)));
        }

        var list = (ListValue)value;
        run.Step((long)list.Elements.Count * count);
        return new ListValue([.. Enumerable.Repeat(list.Elements, list.Elements.Count == 0 ? 0 : count).SelectMany(elements => elements)], list.IsTuple);
    }

    private static Value Compute(
        string symbol, Value left, Value right, Rendering run, Func<BigInteger, BigInteger, BigInteger> whole, Func<double, double, double> real)
    {
        if (Numbers.IsWhole(left, out var a) && Numbers.IsWhole(right, out var b))
        {
            // Work with long numbers is counted by what they fill of a machine's words.
            run.Step((a.GetBitLength() + b.GetBitLength()) / 64);
            return Numbers.Integer(whole(a, b), run);
        }

        RequireNumbers(symbol, left, right, run, out var x, out var y);
        return new FloatValue(real(x, y));
    }

    private static void RequireNumbers(string symbol, Value left, Value right, Rendering run, out double a, out double b)
    {
        if (Numbers.IsNumber(left, out a) & Numbers.IsNumber(right, out b))
        {
            return;
        }

        throw left is UndefinedValue first ? run.Error(first.Cause)
            : right is UndefinedValue second ? run.Error(second.Cause)
            : run.Error($"'{symbol}' is not supported between {left.TypeName} and {right.TypeName}");
    }

    private static void RequireDivisor(Value right, Rendering run)
    {
        if (Numbers.IsNumber(right, out var divisor) && divisor == 0)
        {
            throw run.Error("division by zero");
        }
    }

    private static BigInteger Floor(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var remainder);
        return !remainder.IsZero && remainder.Sign != divisor.Sign ? quotient - 1 : quotient;
    }

    // The remainder has the sign of the divisor.
    private static double FloatModulo(double dividend, double divisor)
    {
        var remainder = dividend % divisor;
        return remainder == 0 ? Math.CopySign(0, divisor) : remainder < 0 != divisor < 0 ? remainder + divisor : remainder;
    }

    private static JinjaException Unsupported(string symbol, Value value, Rendering run) => run.Error(
        value is UndefinedValue undefined ? undefined.Cause : $"'{symbol}' is not supported before a value of type {value.TypeName}");
}
