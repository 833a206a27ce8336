using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class FormulaReaderTests
{
    [Theory]
    [InlineData("8/(3-8/3)", "24")]
    [InlineData("10-4-3", "3")]
    [InlineData("24/4/2", "3")]
    [InlineData("2+3*4", "14")]
    [InlineData("(2+3)*4", "20")]
    [InlineData(" ( 2 + 3 ) * 4 ", "20")]
    [InlineData("((((7))))", "7")]
    [InlineData("1\n+\t1", "2")]
    [InlineData("0", "0")]
    public void Read_LegalFormula_HasItsValue(string text, string expected)
    {
        Assert.True(Read(text)!.TryEvaluate(out var value));
        Assert.Equal(expected, value.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("(1+2")]
    [InlineData("1+2)")]
    [InlineData(")1+2(")]
    [InlineData("1+")]
    [InlineData("+1")]
    [InlineData("-1+2")]
    [InlineData("1+-2")]
    [InlineData("()")]
    [InlineData("2()")]
    [InlineData("2(3)")]
    [InlineData("(2)(3)")]
    [InlineData("(2)3")]
    [InlineData("1 2")]
    [InlineData("05+1")]
    [InlineData("00")]
    [InlineData("2**3")]
    [InlineData("4//2")]
    [InlineData("2x3")]
    [InlineData("2×3")]
    [InlineData("1.5+1")]
    [InlineData("1=1")]
    [InlineData("٥+1")]
    [InlineData("J+1")]
    public void Read_AnythingElse_IsNoFormula(string text) => Assert.Null(Read(text));

    [Fact]
    public void Read_OtherOperators_MeansThemAlone()
    {
        var names = new OperatorNames("plus", "minus", "*", "**");

        Assert.True(FormulaReader.ReadOrNull("8**(3minus8 ** 3)", names)!.TryEvaluate(out var value));
        Assert.Equal(new Rational(24), value);
        Assert.Equal("8 ** (3 minus 8 ** 3)", FormulaReader.ReadOrNull("8**(3minus8 ** 3)", names)!.ToString(names, " "));
        Assert.Null(FormulaReader.ReadOrNull("8/3", names));
    }

    [Fact]
    public void Read_AnyTree_AgreesWithTheTreeAndComesBackTheSame() => Prop.ForAll(Trees(5).ToArbitrary(), tree =>
    {
        var formula = Read(tree.ToString())!;
        var brief = formula.ToString();
        return (formula.TryEvaluate(out var value) ? value.ToString() : null) == tree.Value?.ToString()
            && Read(brief)!.ToString() == brief
            && NaiveTree.Parse(brief)!.ToString() == tree.ToString();
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_AnyText_AcceptsWhatAPlainParserAccepts() => Prop.ForAll(Gen.Elements("1", "20", "03", "+", "-", "*", "/", "(", ")").ListOf().Select(list => string.Concat(list)).ToArbitrary(), text =>
    {
        var (formula, tree) = (Read(text), NaiveTree.Parse(text));
        return formula is null == tree is null && (formula is null || formula.Numbers.Select(number => number.ToString()).SequenceEqual(tree!.Numbers.Select(number => number.ToString())));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void TryEvaluate_NoValue_SaysSo()
    {
        Assert.False(Read("1/(2-2)")!.TryEvaluate(out _));
        Assert.False(Read($"{new string('9', 30)}-1")!.TryEvaluate(out _));
        Assert.False(Read("9223372036854775806*2")!.TryEvaluate(out _));
    }

    [Fact]
    public void Read_Megabytes_NeitherOverflowsNorStops()
    {
        // A recursive parser dies of the first three, and a quadratic one would not come back from any.
        const int Size = 4_000_000;
        var (open, close) = (new string('(', Size), new string(')', Size));

        Assert.Null(Read(open));
        Assert.Null(Read(open + "1" + close[1..]));
        Assert.True(Read(open + "7" + close)!.TryEvaluate(out var nested));
        Assert.True(Read(string.Join('+', Enumerable.Repeat("1", Size / 2)))!.TryEvaluate(out var sum));
        Assert.Equal((new Rational(7), new Rational(Size / 2)), (nested, sum));
        Assert.Null(Read(new string(' ', Size)));
        Assert.Null(Read(string.Concat(Enumerable.Repeat("1 ", Size / 2))));
        Assert.Equal([long.MaxValue], Read(new string('9', Size))!.Numbers);
    }

    private static Gen<NaiveTree> Trees(int mostNumbers) => Gen.Choose(1, mostNumbers).SelectMany(Exactly);

    private static Gen<NaiveTree> Exactly(int count) => count == 1
        ? Gen.Choose(1, 13).Select(number => new NaiveTree(number))
        : from size in Gen.Choose(1, count - 1)
          from left in Exactly(size)
          from right in Exactly(count - size)
          from operation in Gen.Elements('+', '-', '*', '/')
          select new NaiveTree(operation, left, right);

    private static Formula? Read(string text) => FormulaReader.ReadOrNull(text, OperatorNames.Training);
}
