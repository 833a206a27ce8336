using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class PointsJudgeTests
{
    private static readonly IReadOnlyList<CardRank> s_hand = CardRank.ParseHand("3 J 2 8");
    private static readonly string[] s_numbers = ["3", "10", "2", "8"];
    private static readonly PointsRule s_five = PointsRule.Of(FaceCardRule.Uniform(5));

    [Theory]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2, 8]", "(3*5-8)*2", FailureReason.WrongResult, true)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2, 8]", "(5-2)*8*3", FailureReason.WrongResult, true)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2, 8]", "3*2*5-8", FailureReason.WrongResult, true)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2, 8]", "8/(3-5+2)", FailureReason.WrongResult, true)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2, 8]", "3*(5+(8-2))", FailureReason.WrongResult, true)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2, 8]", "8*(5-2)", FailureReason.WrongUse, false)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2, 8]", "8*3*2*5*1", FailureReason.WrongUse, false)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2, 8]", "", FailureReason.BrokenFormula, false)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2, 8]", "8*3*(2-5", FailureReason.BrokenFormula, false)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2, 8]", "10+8+3*2", FailureReason.TrainingWord, false)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 10, 2, 8]", "10+8+3*2", FailureReason.TrainingWord, false)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 11, 2, 8]", "11+8+3+2", FailureReason.WrongValues, false)]
    [InlineData("[\"3\", \"J\", \"2\", \"8\"]", "[3, 5, 2]", "3*5+2*8", FailureReason.WrongValues, true)]
    [InlineData("[\"3\", \"J\", \"2\"]", "[3, 5, 2, 8]", "3*5+2*8", FailureReason.WrongCards, true)]
    [InlineData("[\"3\", \"Q\", \"2\", \"8\"]", "[3, 5, 2, 8]", "3*5+2*8", FailureReason.WrongCards, true)]
    public void Judge_AnswerUnderFive_NamesTheFirstFault(string cards, string numbers, string formula, FailureReason reason, bool isValid) =>
        Assert.Equal(new Verdict(isValid, formula, reason), PointsJudge.Judge(Object(cards, numbers, formula), s_hand, s_five, s_five));

    [Theory]
    [InlineData("10+8+3*2", FailureReason.None)]
    [InlineData("10+8+3*2=24", FailureReason.None)]
    [InlineData("10+8+3*2 = 24", FailureReason.None)]
    [InlineData("10+8+3*2=", FailureReason.None)]
    [InlineData("10+8+3*2=99", FailureReason.WrongResult)]
    [InlineData("10+8+3*2=24=24", FailureReason.WrongResult)]
    [InlineData("24=10+8+3*2", FailureReason.WrongUse)]
    [InlineData("10+8+3+2", FailureReason.WrongResult)]
    [InlineData("10+8+3+2=24", FailureReason.WrongResult)]
    public void Judge_TrainingRule_TakesTheTargetOrNothingBehindTheEqualsSign(string formula, FailureReason reason) => Assert.Equal(
        reason, PointsJudge.Judge(PointsPrompt.WriteAnswer(s_hand, [3, 10, 2, 8], formula), s_hand, PointsRule.Training, PointsRule.Training).Reason);

    [Theory]
    [InlineData("[8, 3, 10, 2]", "[\"8\", \"2\", \"J\", \"3\"]")]
    [InlineData("['8', '3', '10', '2']", "[8, 2, j, 3]")]
    public void Judge_ListsInAnotherOrder_AreTheSame(string numbers, string cards) => Assert.Equal(
        FailureReason.None, PointsJudge.Judge(Object(cards, numbers, "10+8+3*2"), s_hand, PointsRule.Training, PointsRule.Training).Reason);

    [Fact]
    public void Judge_TheHandThatFloatingPointFails_IsSolved()
    {
        var hand = CardRank.ParseHand("3 3 8 8");

        Assert.Equal(new Verdict(true, "8/(3-8/3)", FailureReason.None), PointsJudge.Judge(PointsPrompt.WriteAnswer(hand, [3, 3, 8, 8], "8/(3-8/3)"), hand, PointsRule.Training, PointsRule.Training));
    }

    [Fact]
    public void Judge_Fake_BlamesTheStatedRule()
    {
        var obedient = PointsPrompt.WriteAnswer(s_hand, [3, 5, 2, 8], "3*8*(5-2)");

        Assert.Equal(new Verdict(false, "3*8*(5-2)", FailureReason.StatedWord), PointsJudge.Judge(obedient, s_hand, s_five, PointsRule.Training));
        Assert.Equal(FailureReason.None, PointsJudge.Judge(PointsPrompt.WriteAnswer(s_hand, [3, 10, 2, 8], "10+8+3*2"), s_hand, s_five, PointsRule.Training).Reason);
    }

    [Fact]
    public void Judge_AnotherTargetOrOtherOperators_BlamesTheTrainingRule()
    {
        var answer = PointsPrompt.WriteAnswer(s_hand, [3, 10, 2, 8], "10+8+3*2=24");
        var target = PointsRule.Training with { Target = 30 };
        var operators = PointsRule.Training with { Operators = new OperatorNames("&", "~", "@", "%") };

        Assert.Equal(new Verdict(true, "10+8+3*2", FailureReason.TrainingWord), PointsJudge.Judge(answer, s_hand, target, target));
        Assert.Equal(new Verdict(false, "10+8+3*2", FailureReason.TrainingWord), PointsJudge.Judge(answer, s_hand, operators, operators));
        Assert.Equal(FailureReason.None, PointsJudge.Judge(PointsPrompt.WriteAnswer(s_hand, [3, 10, 2, 8], "10&8&3@2"), s_hand, operators, operators).Reason);
    }

    [Fact]
    public void Judge_AnyFormula_AgreesWithAnIndependentEvaluator()
    {
        // Numbers of the hand in some order, mostly once each, in a formula that is mostly legal.
        var formula =
            from numbers in Gen.Shuffle(s_numbers)
            from operators in Gen.Elements("+", "-", "*", "/", "-", "").ArrayOf(3)
            from shape in Gen.Choose(0, 6)
            select Arrange([.. numbers], operators, shape);
        Prop.ForAll(formula.ToArbitrary(), text =>
        {
            var tree = NaiveTree.Parse(text);
            var isValid = tree is not null && tree.Numbers.Order().Select(number => (int)number).SequenceEqual([2, 3, 8, 10]);
            var isSolved = isValid && tree!.Value == new NaiveFraction(24, 1);
            var verdict = PointsJudge.Judge(PointsPrompt.WriteAnswer(s_hand, [3, 10, 2, 8], text), s_hand, PointsRule.Training, PointsRule.Training);
            return verdict.IsValid == isValid && verdict.Reason == FailureReason.None == isSolved;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

        static string Arrange(string[] n, string[] o, int shape) => shape switch
        {
            0 => $"{n[0]}{o[0]}{n[1]}{o[1]}{n[2]}{o[2]}{n[3]}",
            1 => $"({n[0]}{o[0]}{n[1]}){o[1]}{n[2]}{o[2]}{n[3]}",
            2 => $"({n[0]}{o[0]}{n[1]}){o[1]}({n[2]}{o[2]}{n[3]})",
            3 => $"{n[0]}{o[0]}({n[1]}{o[1]}({n[2]}{o[2]}{n[3]}))",
            4 => $"({n[0]}{o[0]}({n[1]}{o[1]}{n[2]})){o[2]}{n[3]}",
            5 => $"({n[0]}{o[0]}{n[1]}{o[1]}{n[2]}){o[2]}{n[3]})",
            _ => $"{n[0]}{o[0]}{n[1]}{o[1]}{n[1]}{o[2]}{n[3]}",
        };
    }

    [Fact]
    public void Judge_AnyText_GivesAVerdict()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => IsVerdict(Encoding.Latin1.GetString(bytes ?? []))).QuickCheckThrowOnFailure();
        Prop.ForAll(PointsAnswerTests.Adversarial().ToArbitrary(), IsVerdict).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

        static bool IsVerdict(string text)
        {
            var verdict = PointsJudge.Judge(text, CardRank.ParseHand("3 3 8 8"), PointsRule.Training, PointsRule.Training);
            return (verdict.Reason != FailureReason.None || verdict.IsValid) && (verdict.Answer is null == (verdict.Reason == FailureReason.NoAnswer));
        }
    }

    [Theory]
    [InlineData("", "{", "")]
    [InlineData("", "}", "")]
    [InlineData("", "{}", "")]
    [InlineData("", "{formula", "")]
    [InlineData("", "{\"formula\"}", "")]
    [InlineData("", "{\"formula\": \"1\"", "")]
    [InlineData("", "{\"formula\": \"1\"}{", "")]
    [InlineData("{\"formula\": \"", "(", "\"}")]
    [InlineData("{\"formula\": \"", "1+", "1\"}")]
    [InlineData("{\"formula\": \"", "\\", "\"}")]
    [InlineData("{\"formula\": \"", "=", "\"}")]
    [InlineData("{\"formula\": \"", "9", "\"}")]
    [InlineData("{\"formula\": \"1\", \"cards\": [", "\"A\",", "]}")]
    [InlineData("{\"formula\": \"1\", \"number\": [", "1,", "]}")]
    [InlineData("{\"formula\": \"1\", \"cards\": ", "[", "}")]
    [InlineData("{\"formula\": \"1\", ", "\"k\": 1,", "}")]
    public void Judge_Megabytes_GiveAVerdict(string start, string piece, string end)
    {
        // At this size a quadratic reader would need hours, and a recursive one more stack than there is.
        var completion = string.Concat(start, string.Concat(Enumerable.Repeat(piece, 4_000_000 / piece.Length)), end);

        Assert.NotEqual(FailureReason.None, PointsJudge.Judge(completion, s_hand, s_five, s_five).Reason);
    }

    private static string Object(string cards, string numbers, string formula) => $"{{\"cards\": {cards}, \"number\": {numbers}, \"formula\": \"{formula}\"}}";
}
