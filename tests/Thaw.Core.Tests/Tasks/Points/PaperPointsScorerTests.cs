using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class PaperPointsScorerTests
{
    private static readonly int[] s_values = [2, 3, 4, 10];

    // The table of edge cases that were observed at the public code.
    [Theory]
    [InlineData("{\"formula\": \"10*3-4-2\"}", 5)]
    [InlineData("{\"formula\": \"10*3-4-2=24\"}", 5)]
    [InlineData("{\"formula\": \"10*3-4-2=99\"}", 5)]
    [InlineData("{\"formula\": \"10*3-4-2=\"}", 5)]
    [InlineData("{\"formula\": \"(10*3-4-2\"}", -1)]
    [InlineData("{\"formula\": \"10*(3+4+2\"}", -1)]
    [InlineData("{\"formula\": \"10*3-4-2+\"}", -1)]
    [InlineData("{\"formula\": \"10+3+4+2\"}", -1)]
    [InlineData("{\"formula\": \"-2+10*3-4\"}", -3)]
    [InlineData("{\"formula\": \"10**3-4-2\"}", -3)]
    [InlineData("{\"formula\": \"10//3-4-2\"}", -3)]
    [InlineData("{\"formula\": \"10x3-4-2\"}", -3)]
    [InlineData("{\"formula\": \"10*3-4-2)\"}", -3)]
    [InlineData("{\"formula\": \"()10*3-4-2\"}", -3)]
    [InlineData("{\"formula\": \"10(3)-4-2\"}", -3)]
    [InlineData("{\"formula\": \"\"}", -2)]
    [InlineData("{\"formula\": \"=24\"}", -2)]
    [InlineData("{\"formula\": \"10*3-4\"}", -2)]
    [InlineData("{\"formula\": \"10*3-4-2-2\"}", -2)]
    [InlineData("{\"formula\": \"10*3-4-1\"}", -2)]
    [InlineData("10*3-4-2", -3)]
    [InlineData("", -3)]
    [InlineData("{'formula': '10*3-4-2'}", -3)]
    [InlineData("So {\"formula\":\"10*3-4-2\"}", -3)]
    [InlineData("{\"formula\":\"10*3-4-2\"}", 5)]
    [InlineData("So {\"formula\": \"10*3-4-2\"}", 5)]
    [InlineData("{\"formula\": \"10*3-4-2\", }", 5)]
    [InlineData("{\"formula\": \"1+1\"} {\"formula\": \"10*3-4-2\"}", -2)]
    [InlineData("{\"formula\": \"10*3-4-2\"} {\"formula\": \"1+1\"}", 5)]
    [InlineData("{\"formula\": \"10*3-4-02\"}", -1)]
    [InlineData("{\"formula\": \"1 0 * 3 - 4 - 2\"}", 5)]
    [InlineData("{\"formula\": \"10*3-4\\t-2\"}", -3)]
    [InlineData("{\"formula\": \"10*3\n-4-2\"} {\"formula\": \"10*3-4-2\"}", 5)]
    [InlineData("{\"formula\": 24}", -3)]
    [InlineData("[\"formula\"]", -3)]
    [InlineData("{\"cards\": [], \"number\": [0], \"formula\": \"10*3-4-2\"}", 5)]
    [InlineData("{\"formula\": \"10/(4-2-2)+3\"}", -2)]
    [InlineData("{\"formula\": \"１０*3-4-2\"}", -1)]
    [InlineData("{\"formula\": \"10*3-4-²\"}", -3)]
    public void Score_EdgeCases_AreThoseOfThePublicCode(string completion, int expected) => Assert.Equal(expected, PaperPointsScorer.Score(completion, s_values, 24));

    [Fact]
    public void Score_TheHandThatFloatingPointFails_IsNeverCorrect() => Assert.Equal(-1, PaperPointsScorer.Score("{\"formula\": \"8/(3-8/3)\"}", [3, 3, 8, 8], 24));

    [Fact]
    public void Score_DivisionByZero_HasNoValue() => Assert.Equal(-1, PaperPointsScorer.Score("{\"formula\": \"24/(3-3)+1\"}", [1, 3, 3, 24], 24));

    [Theory]
    [InlineData(200, 5)]
    [InlineData(201, -1)]
    public void Score_Nesting_GoesAsDeepAsPythonDoes(int depth, int expected) =>
        Assert.Equal(expected, PaperPointsScorer.Score($"{{\"formula\": \"{new string('(', depth)}10*3-4-2{new string(')', depth)}\"}}", s_values, 24));

    [Fact]
    public void Score_OurFormulasOfFourCards_FailsOnlyWhereFloatingPointDoes()
    {
        // 68 of the paper's strings fail so; our formulas leave out what differs by commutation and association, so they are fewer.
        var failed = new List<string>();
        foreach (var hand in from a in Enumerable.Range(1, 10) from b in Enumerable.Range(a, 11 - a) from c in Enumerable.Range(b, 11 - b) from d in Enumerable.Range(c, 11 - c) select (int[])[a, b, c, d])
        {
            failed.AddRange(PointsSolver.FindAll(hand, 24).Select(formula => formula.ToString()).Where(text => PaperPointsScorer.Score($"{{\"formula\": \"{text}\"}}", hand, 24) != 5));
        }

        Assert.Contains("8/(3-8/3)", failed);
        Assert.InRange(failed.Count, 1, 68);
        Assert.All(failed, text => Assert.Contains('/', text));
    }

    [Fact]
    public void Score_AnyText_GivesOneOfFourScores()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => IsScore(Encoding.Latin1.GetString(bytes ?? []))).QuickCheckThrowOnFailure();
        Prop.ForAll(PointsAnswerTests.Adversarial().ToArbitrary(), IsScore).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

        static bool IsScore(string text) => PaperPointsScorer.Score(text, [3, 3, 8, 8], 24) is 5 or -1 or -2 or -3;
    }

    [Theory]
    [InlineData("{\"formula\": \"", "(", "\"}")]
    [InlineData("{\"formula\": \"", "1+", "1\"}")]
    [InlineData("{\"formula\": \"", "9", "\"}")]
    [InlineData("so {\"formula\": \"", "(", "\"}")]
    [InlineData("", "\"formula\": \"\n", "")]
    [InlineData("", "\"formula\": \"", "")]
    [InlineData("", "[", "")]
    [InlineData("", "{\"formula\":", "")]
    public void Score_Megabytes_GiveAScore(string start, string piece, string end)
    {
        var completion = string.Concat(start, string.Concat(Enumerable.Repeat(piece, 4_000_000 / piece.Length)), end);

        Assert.InRange(PaperPointsScorer.Score(completion, s_values, 24), -3, -2);
    }

    [Fact]
    public void Score_WhatOurJudgeSolves_IsCorrectWhereFloatingPointIsExact() => Prop.ForAll(Gen.Choose(1, 10).ArrayOf(4).ToArbitrary(), hand =>
    {
        var cards = hand.Select(number => new CardRank(number)).ToList();
        return PointsSolver.FindFirstOrNull(hand, 24)?.ToString() is not { } formula
            || formula.Contains('/', StringComparison.Ordinal)
            || (PaperPointsScorer.Score(PointsPrompt.WriteAnswer(cards, hand, formula), hand, 24) == 5
                && PointsJudge.Judge(PointsPrompt.WriteAnswer(cards, hand, formula), cards, PointsRule.Training, PointsRule.Training).Reason == FailureReason.None);
    }).QuickCheckThrowOnFailure();
}
