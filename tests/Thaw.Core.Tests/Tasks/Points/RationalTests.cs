using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class RationalTests
{
    [Theory]
    [InlineData(Operation.Add, "8/3", "1/3", "3")]
    [InlineData(Operation.Subtract, "3", "8/3", "1/3")]
    [InlineData(Operation.Multiply, "-2/3", "3/4", "-1/2")]
    [InlineData(Operation.Divide, "8", "1/3", "24")]
    [InlineData(Operation.Divide, "1", "-3", "-1/3")]
    [InlineData(Operation.Divide, "0", "5", "0")]
    [InlineData(Operation.Add, "9223372036854775806", "1", "9223372036854775807")]
    [InlineData(Operation.Divide, "9223372036854775807", "9223372036854775807", "1")]
    public void TryApply_Operands_AreExactAndInLowestTerms(Operation operation, string left, string right, string expected)
    {
        Assert.True(Rational.TryApply(operation, Parse(left), Parse(right), out var result));
        Assert.Equal(expected, result.ToString());
    }

    [Theory]
    [InlineData(Operation.Divide, "1", "0")]
    [InlineData(Operation.Divide, "9223372036854775807", "0")]
    [InlineData(Operation.Add, "9223372036854775807", "1")]
    [InlineData(Operation.Multiply, "4294967296", "4294967296")]
    [InlineData(Operation.Divide, "1/4294967296", "4294967296")]
    [InlineData(Operation.Subtract, "-9223372036854775807", "1")]
    public void TryApply_NoResult_SaysSo(Operation operation, string left, string right) =>
        Assert.False(Rational.TryApply(operation, Parse(left), Parse(right), out _));

    [Fact]
    public void TryApply_AnyOperands_AgreesWithBigIntegersOrSaysNo()
    {
        // Around the bounds of 31 and 63 bits as well as small.
        var whole = Gen.OneOf(Gen.Choose(-20, 20).Select(n => (long)n), Gen.Elements(int.MaxValue - 1L, int.MaxValue, 3_000_000_001L, long.MaxValue - 1, -long.MaxValue));
        var fraction = whole.Zip(whole.Where(n => n != 0), (n, d) => Rational.TryApply(Operation.Divide, new(n), new(d), out var value) ? value : default);
        var sides = from left in fraction from right in fraction from operation in Gen.Elements(Enum.GetValues<Operation>()) select (left, right, operation);
        Prop.ForAll(sides.ToArbitrary(), operands =>
        {
            var (a, b, operation) = operands;
            var expected = NaiveFraction.Apply("+-*/"[(int)operation], Naive(a), Naive(b));
            return Rational.TryApply(operation, a, b, out var result)
                ? Naive(result) == expected && result.Denominator > 0
                : expected is not { } value || System.Numerics.BigInteger.Abs(value.Numerator) > long.MaxValue || value.Denominator > long.MaxValue;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData("1/0")]
    [InlineData("1/-2")]
    [InlineData("1/2/3")]
    [InlineData("x")]
    [InlineData("9223372036854775808")]
    public void TryParse_NoFraction_SaysSo(string text) => Assert.False(Rational.TryParse(text, out _));

    [Fact]
    public void CompareTo_Fractions_OrdersByValue() => Assert.Equal(
        "-1 1/3 8/3 3",
        string.Join(' ', "3 8/3 -1 1/3".Split(' ').Select(Parse).Order()));

    private static Rational Parse(string text) => Rational.TryParse(text, out var value) ? value : throw new FormatException(text);

    private static NaiveFraction Naive(Rational value) => new(value.Numerator, value.Denominator);
}
