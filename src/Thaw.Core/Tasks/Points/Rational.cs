using System.Globalization;

namespace Thaw.Core.Tasks.Points;

/// <summary>An exact fraction in lowest terms, with a positive denominator; both parts fit into 63 bits.</summary>
public readonly record struct Rational : IComparable<Rational>
{
    // One less than the denominator, so that the default value is 0.
    private readonly long _denominatorLessOne;

    /// <exception cref="ArgumentOutOfRangeException"><paramref name="whole"/> is the one number without a counterpart of the other sign.</exception>
    public Rational(long whole)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(whole, long.MinValue);
        Numerator = whole;
    }

    private Rational(long numerator, long denominator)
    {
        (Numerator, _denominatorLessOne) = (numerator, denominator - 1);
    }

    public long Numerator { get; }

    public long Denominator => _denominatorLessOne + 1;

    public bool IsInteger => _denominatorLessOne == 0;

    /// <summary>Computes exactly, or says that it cannot.</summary>
    /// <returns>False for a division by zero, and where the result in lowest terms does not fit.</returns>
    public static bool TryApply(Operation operation, Rational left, Rational right, out Rational result)
    {
        // The operands of a small hand are far below 2^31, where no product or sum of products leaves 63 bits.
        if (IsSmall(left) && IsSmall(right))
        {
            var (n, d) = operation switch
            {
                Operation.Add => ((left.Numerator * right.Denominator) + (right.Numerator * left.Denominator), left.Denominator * right.Denominator),
                Operation.Subtract => ((left.Numerator * right.Denominator) - (right.Numerator * left.Denominator), left.Denominator * right.Denominator),
                Operation.Multiply => (left.Numerator * right.Numerator, left.Denominator * right.Denominator),
                Operation.Divide => (left.Numerator * right.Denominator, left.Denominator * right.Numerator),
                _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not an operation."),
            };
            if (d == 0)
            {
                result = default;
                return false;
            }

            var divisor = (d < 0 ? -1 : 1) * (long)GreatestCommonDivisor((ulong)Math.Abs(n), (ulong)Math.Abs(d));
            result = new Rational(n / divisor, d / divisor);
            return true;
        }

        return TryApplyWide(operation, left, right, out result);
    }

    public static bool operator <(Rational left, Rational right) => left.CompareTo(right) < 0;

    public static bool operator >(Rational left, Rational right) => left.CompareTo(right) > 0;

    public static bool operator <=(Rational left, Rational right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Rational left, Rational right) => left.CompareTo(right) >= 0;

    public int CompareTo(Rational other) => ((Int128)Numerator * other.Denominator).CompareTo((Int128)other.Numerator * Denominator);

    /// <summary><c>8/3</c>, <c>-2</c>.</summary>
    public override string ToString() => IsInteger
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    /// <summary>Reads what <see cref="ToString"/> writes; other spellings of a fraction are reduced.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Rational result)
    {
        var bar = text.IndexOf('/');
        result = default;
        return TryParseInteger(bar < 0 ? text : text[..bar], NumberStyles.AllowLeadingSign, out var numerator)
            && (bar < 0
                ? TryReduce(numerator, 1, out result)
                : TryParseInteger(text[(bar + 1)..], NumberStyles.None, out var denominator) && TryReduce(numerator, denominator, out result));
    }

    // Products of two 63-bit numbers and the sum of two such products fit into 128 bits.
    private static bool TryApplyWide(Operation operation, Rational left, Rational right, out Rational result)
    {
        Int128 a = left.Numerator, b = left.Denominator, c = right.Numerator, d = right.Denominator;
        return operation switch
        {
            Operation.Add => TryReduce((a * d) + (c * b), b * d, out result),
            Operation.Subtract => TryReduce((a * d) - (c * b), b * d, out result),
            Operation.Multiply => TryReduce(a * c, b * d, out result),
            _ => TryReduce(a * d, b * c, out result),
        };
    }

    private static bool TryReduce(Int128 numerator, Int128 denominator, out Rational result)
    {
        result = default;
        if (denominator == 0)
        {
            return false;
        }

        var (a, b) = (Int128.Abs(numerator), Int128.Abs(denominator));
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        var divisor = denominator < 0 ? -a : a;
        var (n, d) = (numerator / divisor, denominator / divisor);
        if (Int128.Abs(n) > long.MaxValue || d > long.MaxValue)
        {
            return false;
        }

        result = new Rational((long)n, (long)d);
        return true;
    }

    private static bool TryParseInteger(ReadOnlySpan<char> text, NumberStyles styles, out long value) =>
        long.TryParse(text, styles, CultureInfo.InvariantCulture, out value) && value != long.MinValue;

    private static bool IsSmall(Rational value) =>
        value.Numerator is > int.MinValue and < int.MaxValue && value._denominatorLessOne < int.MaxValue - 1;

    private static ulong GreatestCommonDivisor(ulong a, ulong b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
