using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class TraceVerifierTests
{
    private static readonly IReadOnlyList<CardRank> s_hand = CardRank.ParseHand("2 K 4 9");
    private static readonly PointsRule s_five = PointsRule.Of(FaceCardRule.Uniform(5));
    private static readonly string s_trace = new PointsTrace(DemonstrationFormat.CotFull).Write(s_hand, s_five);

    [Fact]
    public void Write_FullTrace_IsThisOne()
    {
        Assert.StartsWith(
            """
            <think>
            The cards are '2', 'K', '4', '9'.
            'K' counts as 5.
            The numbers are 2, 5, 4, 9 and the target is 24.
            From 9, 5, 4, 2: 9 + 5 = 14 leaves 14, 4, 2.
            From 14, 4, 2: 14 + 4 = 18 leaves 18, 2.
            From 18, 2: 18 + 2 = 20, 18 - 2 = 16, 18 * 2 = 36, 18 / 2 = 9, 2 / 18 = 1/9. No 24.

            """,
            s_trace,
            StringComparison.Ordinal);
        Assert.EndsWith(
            """
            From 28, 4: 28 + 4 = 32, 28 - 4 = 24.
            The formula is (9+5)*2-4.
            Step by step: 9 + 5 = 14, 14 * 2 = 28, 28 - 4 = 24.
            </think>

            {
            "cards": ["2", "K", "4", "9"],
             "number": [2, 5, 4, 9],
             "formula": "(9+5)*2-4"
            }
            """,
            s_trace,
            StringComparison.Ordinal);
        Assert.Null(TraceVerifier.FindFaultOrNull(s_trace, s_hand, s_five));
    }

    // One change each: a card, a value, a target, a sum, what is left, where it starts, a dead end that is none, a claim that nothing is known of.
    [Theory]
    [InlineData("are '2', 'K'", "are 'K', '2'")]
    [InlineData("'K' counts as 5.\n", "'K' counts as 6.\n")]
    [InlineData("'K' counts as 5.\n", "")]
    [InlineData("'K' counts as 5.\n", "'K' counts as 5.\n'Q' counts as 5.\n")]
    [InlineData("numbers are 2, 5", "numbers are 2, 6")]
    [InlineData("target is 24", "target is 25")]
    [InlineData("14 + 4 = 18 leaves", "14 + 4 = 19 leaves")]
    [InlineData("leaves 18, 2.", "leaves 18, 4.")]
    [InlineData("From 18, 2:", "From 20, 2:")]
    [InlineData("18 * 2 = 36", "18 * 2 = 24")]
    [InlineData("18 * 2 = 36", "19 * 2 = 38")]
    [InlineData("18 * 2 = 36", "18 ** 2 = 36")]
    [InlineData("No 24.", "No 25.")]
    [InlineData("28 + 4 = 32, 28 - 4 = 24.", "28 + 4 = 32. No 24.")]
    [InlineData("28 + 4 = 32, 28 - 4 = 24.", "28 + 4 = 32.")]
    [InlineData("From 28, 4: 28 + 4", "From 28, 4: nothing makes 24.\nFrom 28, 4: 28 + 4")]
    [InlineData("The formula is (9+5)*2-4", "The formula is (9+5)*2-4*1")]
    [InlineData("Step by step: 9 + 5 = 14, ", "Step by step: ")]
    [InlineData("Step by step", "I know that 7 counts as 5.\nStep by step")]
    [InlineData("The formula is", "From 7, 3, 1: 7 + 3 = 10 leaves 10, 1.\nThe formula is")]
    [InlineData("The formula is", "From 7, 1: nothing makes 24.\nThe formula is")]
    [InlineData("</think>", "")]
    [InlineData("\"formula\": \"(9+5)*2-4\"", "\"formula\": \"(9+5)*2-3\"")]
    public void FindFault_OneChange_IsFound(string before, string after)
    {
        var at = s_trace.LastIndexOf(before, StringComparison.Ordinal);
        Assert.True(at >= 0);

        Assert.NotNull(TraceVerifier.FindFaultOrNull($"{s_trace[..at]}{after}{s_trace[(at + before.Length)..]}", s_hand, s_five));
    }

    [Fact]
    public void FindFault_AnyDigitChanged_IsFound() => Prop.ForAll(Gen.Choose(0, s_trace.Length - 1).Where(at => char.IsDigit(s_trace[at])).Zip(Gen.Choose(1, 9)).ToArbitrary(), change =>
    {
        var (at, step) = change;
        var other = (char)('0' + ((s_trace[at] - '0' + step) % 10));
        return TraceVerifier.FindFaultOrNull($"{s_trace[..at]}{other}{s_trace[(at + 1)..]}", s_hand, s_five) is not null;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_AnyHandRuleAndFormat_StandsVerification()
    {
        var traces =
            from values in Gen.Choose(1, 13).Three()
            from target in Gen.Elements(24, 30)
            from operators in Gen.Elements(OperatorNames.Training, new OperatorNames("plus", "minus", "times", "over"))
            from cards in Gen.Choose(1, 13).Select(number => new CardRank(number)).ArrayOf(4)
            from format in Gen.Elements(Enum.GetValues<DemonstrationFormat>())
            select (cards, new PointsRule(new FaceCardRule(values.Item1, values.Item2, values.Item3), target, operators), format);
        Prop.ForAll(traces.ToArbitrary(), parts =>
        {
            var (hand, rule, format) = parts;
            return !PointsSolver.CanMake(rule.Faces.ValuesOf(hand), rule.Target)
                || TraceVerifier.FindFaultOrNull(new PointsTrace(format).Write(hand, rule), hand, rule) is null;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void Write_RuleForACardThatIsNotThere_ChangesNothing()
    {
        // A trace never states what does not follow from its own cards and rule; what Q and J count as does not matter here.
        var other = new PointsTrace(DemonstrationFormat.CotFull).Write(s_hand, PointsRule.Of(new FaceCardRule(1, 13, 5)));

        Assert.Equal(s_trace, other);
    }

    [Fact]
    public void Write_HandThatCannotBeSolved_SaysSo() => Assert.StartsWith(
        "The hand A A A A cannot be solved under J=5 Q=5 K=5.",
        Assert.Throws<ArgumentException>(() => new PointsTrace(DemonstrationFormat.Answer).Write(CardRank.ParseHand("A A A A"), s_five)).Message,
        StringComparison.Ordinal);
}
