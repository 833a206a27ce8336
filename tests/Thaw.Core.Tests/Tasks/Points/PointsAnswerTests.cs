using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class PointsAnswerTests
{
    [Theory]
    [InlineData("{\"cards\": [\"A\", \"10\"], \"number\": [1, 10], \"formula\": \"1+10\"}")]
    [InlineData("{\n\"cards\": [\"A\", \"10\"],\n \"number\": [1, 10],\n \"formula\": \"1+10\"\n}")]
    [InlineData("{'cards': ['A', '10'], 'number': [1, 10], 'formula': '1+10'}")]
    [InlineData("{\"cards\":[\"A\",\"10\"],\"number\":[1,10],\"formula\":\"1+10\"}")]
    [InlineData("{ \"cards\" : [ \"A\" , \"10\" , ] , \"number\" : [ 1 , 10 , ] , \"formula\" : \" 1+10 \" , }")]
    [InlineData("{\"cards\": [A, 10], \"number\": [\"1\", '10'], \"formula\": \"1+10\"}")]
    [InlineData("{\"formula\": \"1+10\", \"number\": [1, 10], \"cards\": [\"A\", \"10\"], \"confidence\": 0.9, \"note\": \"it's\"}")]
    [InlineData("```json\n{\"cards\": [\"A\", \"10\"], \"number\": [1, 10], \"formula\": \"1+10\"}\n```")]
    [InlineData("{\"answer\": {\"cards\": [\"A\", \"10\"], \"number\": [1, 10], \"formula\": \"1+10\"}}")]
    [InlineData("<think>{\"formula\": \"2+2\"}</think> {\"cards\": [\"A\", \"10\"], \"number\": [1, 10], \"formula\": \"1+10\"} Done {really}.")]
    [InlineData("{\"cards\": [\"A\", \"10\"], \"number\": [1, 10], \"formula\": \"1\\u002b10\"}")]
    [InlineData("{\"cards\": [], \"cards\": [\"A\", \"10\"], \"number\": [1, 10], \"formula\": \"7\", \"formula\": \"1+10\"}")]
    public void Read_ToleratedForms_AreOneAnswer(string completion)
    {
        var answer = PointsAnswer.ReadOrNull(completion)!;

        Assert.Equal(["A", "10"], answer.Cards!);
        Assert.Equal(["1", "10"], answer.Numbers!);
        Assert.Equal(("1+10", null), (answer.Formula, answer.Claim));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1+10")]
    [InlineData("\"formula\": \"1+10\"")]
    [InlineData("{\"cards\": [\"A\"]}")]
    [InlineData("{\"formula\": 11}")]
    [InlineData("{\"formula\": [\"1+10\"]}")]
    [InlineData("{\"formula\": }")]
    [InlineData("{\"formula\"}")]
    [InlineData("{\"formula\": \"1+10}")]
    [InlineData("{\"formula\": \"1+10\"")]
    [InlineData("{\"formula\" \"1+10\"}")]
    [InlineData("{\"formula\": \"1+10\" \"cards\": []}")]
    [InlineData("{\"formula\": \"1+10\",, }")]
    [InlineData("{\"cards\": [\"A\" \"10\"], \"formula\": \"1+10\"}")]
    [InlineData("{\"cards\": [[\"A\"]], \"formula\": \"1+10\"}")]
    [InlineData("{\"cards\": [\"A\", \"formula\": \"1+10\"}")]
    [InlineData("{formula: \"1+10\"}")]
    [InlineData("{\"formula\": \"{1+10}\"}")]
    [InlineData("{\"formula\": \"1+10\", \"why\": {\"x\": 1}}")]
    public void Read_NoSuchObject_IsNull(string completion) => Assert.Null(PointsAnswer.ReadOrNull(completion));

    [Theory]
    [InlineData("{\"formula\": \"1+10\"} but rather {\"formula\": \"10+1\"}", "10+1")]
    [InlineData("{\"formula\": \"1+10\"} but rather {\"formula\": 10+1}", null)]
    [InlineData("{\"formula\": \"1+10\"} but rather {\"formula\": \"10+", null)]
    [InlineData("{\"formula\": \"1+10\"} of {A, 10}", "1+10")]
    public void Read_SeveralObjects_HoldsToTheLastOne(string completion, string? formula) => Assert.Equal(formula, PointsAnswer.ReadOrNull(completion)?.Formula);

    [Theory]
    [InlineData("1+10=11", "1+10", "11")]
    [InlineData("1+10 = 11 = 11", "1+10", "11 = 11")]
    [InlineData("=", "", "")]
    [InlineData("1+10=", "1+10", "")]
    public void Read_EqualsSign_DividesFormulaAndClaim(string text, string formula, string claim)
    {
        var answer = PointsAnswer.ReadOrNull($"{{\"formula\": \"{text}\"}}")!;

        Assert.Equal((formula, claim), (answer.Formula, answer.Claim));
    }

    [Fact]
    public void Read_AnyBytes_NeitherFailsNorHangs() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        _ = PointsAnswer.ReadOrNull(Encoding.Latin1.GetString(bytes ?? []));
        _ = PointsAnswer.ReadOrNull(Encoding.UTF8.GetString(bytes ?? []));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_PiecesInAnyOrder_NeitherFailsNorHangs() => Prop.ForAll(Adversarial().ToArbitrary(), text =>
        PointsAnswer.ReadOrNull(text) is null || text.Contains("formula", StringComparison.Ordinal)).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    internal static Gen<string> Adversarial() => Gen.Elements(
        "{", "}", "[", "]", "\"", "'", ":", ",", "\\", "\\u00", "=", "(", ")", "+", "/", "3", "8", "24", " ", "\n", "formula", "\"formula\": \"", "\"cards\": [", "\"number\": [", "\"}", "{\"formula\": \"8/(3-8/3)\"}", "<think>", "𝟑", "\ud800", "=24")
        .ListOf().Select(pieces => string.Concat(pieces));
}
