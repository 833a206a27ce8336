using Thaw.Core.Scoring;
using Thaw.Core.Storage;

namespace Thaw.Core.Tasks.Points.Scoring;

/// <summary>One hand, the rule that was stated and the rule to score by.</summary>
internal sealed class PointsQuestion(IReadOnlyList<CardRank> cards, PointsRule stated, PointsRule scored) : IQuestion
{
    private const string Own = "thaw";
    private const string Paper = "paper";
    private const string Graded = "graded";

    public static IReadOnlyList<Scorer> Scorers { get; } =
    [
        new(Own, "the final object: its cards, its values and its formula, in exact arithmetic; 1 where all of it is right"),
        new(Paper, "the paper's score: 5 for 24 in floating point, -1 for another value, -2 for other numbers, -3 for an illegal formula; the first formula counts"),
    ];

    public static IReadOnlyList<Scorer> Rewards { get; } =
    [
        new(Graded, "the scale of paper by our judge, in exact arithmetic: 5 where all is right, -1 where the formula has the right values and something else is wrong, -2 for other cards or values, -3 for no formula"),
    ];

    public string InstanceId { get; } = new PointsInstance(cards).Id;

    /// <summary>Cards whose value a rule decides, and all cards.</summary>
    public IReadOnlyDictionary<string, int> Difficulty { get; } = new OrderedDictionary<string, int>
    {
        ["faces"] = cards.Count(card => card.IsFace),
        ["cards"] = cards.Count,
    };

    public Score ScoreOf(string completion, string scorer) => scorer switch
    {
        Own => Judge(PointsJudge.Judge(completion, cards, stated, scored)),
        Graded => Grade(PointsJudge.Judge(completion, cards, stated, scored)),
        Paper => JudgeAsPaper(PaperPointsScorer.Score(completion, scored.Faces.ValuesOf(cards), scored.Target), PaperPointsScorer.ReadFormula(completion)),
        _ => throw new ArgumentOutOfRangeException(nameof(scorer), scorer, "Not a scorer of General Points."),
    };

    private static Score Judge(Verdict verdict) => verdict.Reason == FailureReason.None
        ? Score.Right(verdict.Answer!)
        : Score.Wrong(verdict.IsValid, verdict.Answer, JsonFormat.NameOf(verdict.Reason));

    private static Score Grade(Verdict verdict) => Judge(verdict) with
    {
        Value = verdict switch
        {
            { Reason: FailureReason.None } => PaperPointsScorer.Correct,
            { IsValid: true } => PaperPointsScorer.NoSolution,
            { Reason: FailureReason.NoAnswer or FailureReason.BrokenFormula } => PaperPointsScorer.IllegalFormula,
            _ => PaperPointsScorer.IncorrectNumber,
        },
    };

    private static Score JudgeAsPaper(int score, string formula) => new(score, score == PaperPointsScorer.Correct, score >= PaperPointsScorer.NoSolution, formula, score switch
    {
        PaperPointsScorer.Correct => null,
        PaperPointsScorer.NoSolution => "no_solution",
        PaperPointsScorer.IncorrectNumber => "incorrect_number",
        _ => "illegal_formula",
    });
}
