using System.Globalization;
using System.Numerics;

namespace Thaw.Learning.Jinja.Python;

/// <summary>Decimals of a double, rounded from its exact value, halves to even: what <c>%.2f</c> and <c>round</c> give in Python.</summary>
internal static class ExactDecimal
{
    // The exact value of a double may have a thousand binary digits.
    private const int LeastSteps = 20;

    /// <param name="number">Finite.</param>
    /// <param name="decimals">From 0.</param>
    public static string Fixed(double number, int decimals, Rendering run)
    {
        run.Step(LeastSteps + decimals);
        var scaled = Scale(Math.Abs(number), decimals);
        var digits = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var sign = double.IsNegative(number) ? "-" : "";
        return decimals == 0 ? sign + digits : $"{sign}{digits[..^decimals]}.{digits[^decimals..]}";
    }

    /// <summary>The double nearest to the decimal.</summary>
    public static double Round(double number, int decimals, Rendering run) => double.Parse(Fixed(number, decimals, run), CultureInfo.InvariantCulture);

    // |number| * 10^decimals as a whole number.
    private static BigInteger Scale(double number, int decimals)
    {
        var bits = BitConverter.DoubleToInt64Bits(number);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = new BigInteger((bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52));
        var shift = Math.Max(exponent, 1) - 1075;
        var numerator = mantissa * BigInteger.Pow(10, decimals) * BigInteger.Pow(2, Math.Max(shift, 0));
        var denominator = BigInteger.Pow(2, Math.Max(-shift, 0));
        var quotient = BigInteger.DivRem(numerator, denominator, out var remainder);
        var half = (remainder * 2).CompareTo(denominator);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }
}
