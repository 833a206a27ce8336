using Thaw.Core.Evaluation;
using Thaw.Core.Generation;
using Thaw.Core.Statistics;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

/// <summary>The whole protocol with scripted players.</summary>
public class PointsEvaluationTests
{
    private static readonly PointsTask s_task = new();

    [Fact]
    public void Run_ObedientPlayer_SolvesEverythingButFake() => Assert.Equal(
        """
        id 1.00 valid 1.00
        all-5 1.00 valid 1.00
        all-7 1.00 valid 1.00
        all-12 1.00 valid 1.00
        regular 1.00 valid 1.00
        held-out 1.00 valid 1.00
        held-out-mapping 1.00 valid 1.00
        swapped 1.00 valid 1.00
        target-30 1.00 valid 1.00
        operators 1.00 valid 1.00
        table 1.00 valid 1.00
        prose 1.00 valid 1.00
        german 1.00 valid 1.00
        distractor 1.00 valid 1.00
        fake 0.00 valid 0.00 stated_word 20
        fake-all-5 0.00 valid 0.00 stated_word 20
        large 1.00 valid 1.00
        five 1.00 valid 1.00
        six 1.00 valid 1.00
        paraphrase 1.00 valid 1.00
        """,
        Table(PointsPlayers.Obedient()));

    // Another target leaves a formula valid: it is legal and uses the right values.
    [Fact]
    public void Run_FrozenPlayer_ShowsTheFrozenPromptArtefact() => Assert.Equal(
        """
        id 1.00 valid 1.00
        all-5 0.00 valid 0.00 training_word 20
        all-7 0.00 valid 0.00 training_word 20
        all-12 0.00 valid 0.00 training_word 20
        regular 0.00 valid 0.00 training_word 20
        held-out 0.00 valid 0.00 training_word 20
        held-out-mapping 0.00 valid 0.00 training_word 20
        swapped 0.00 valid 0.00 training_word 20
        target-30 0.00 valid 1.00 training_word 20
        operators 0.00 valid 0.00 training_word 20
        table 0.00 valid 0.00 training_word 20
        prose 0.00 valid 0.00 training_word 20
        german 0.00 valid 0.00 training_word 20
        distractor 0.00 valid 0.00 training_word 20
        fake 1.00 valid 1.00
        fake-all-5 1.00 valid 1.00
        large 1.00 valid 1.00
        five 1.00 valid 1.00
        six 1.00 valid 1.00
        paraphrase 1.00 valid 1.00
        """,
        Table(PointsPlayers.Frozen()));

    [Fact]
    public void Run_RandomNumbers_AreWrongUse() => Assert.Equal(
        "id 0.00 valid 0.00 wrong_use 20\nall-5 0.00 valid 0.00 wrong_use 20\nlarge 0.00 valid 0.00 wrong_use 20",
        Table(PointsPlayers.RandomFormula(1), "id", "all-5", "large"));

    [Fact]
    public void Run_Adding_IsValidButTheWrongResult()
    {
        var result = new Evaluator(s_task, PointsPlayers.Adding(), new EvaluationOptions { Instances = 40 }).Run([s_task.FindSplit("id")]).Splits["id"];

        Assert.Equal(1.0, result.Validity);
        Assert.InRange(result.Success, 0, 0.4);
        Assert.Equal(["wrong_result"], result.Reasons.Keys);
        Assert.Equal(1.0, result.Turns);
    }

    [Fact]
    public void Run_SilentPlayer_GivesNoAnswer() => Assert.Equal("id 0.00 valid 0.00 no_answer 20\nfake 0.00 valid 0.00 no_answer 20", Table(new ScriptedPlayer(_ => "24"), "id", "fake"));

    [Fact]
    public void Run_MoreEpisodesThanSetsOfCards_IntervalsAndTestsCountASetOnce()
    {
        var (all, few) = (Play(PointsPlayers.Adding(), 200), Play(PointsPlayers.Adding(), 20));
        var result = all.Splits["id"];
        var sets = all.Episodes.Select(episode => episode.CanonicalId).Distinct().Count();
        var plain = WilsonInterval.Of((int)Math.Round(result.Success * 200), 200);

        // Adding does not look at the order of cards, so all orders of a set end alike.
        Assert.InRange(sets, 40, 70);
        Assert.Equal((200, sets), (result.N, result.Distinct));
        Assert.InRange((result.SuccessHigh - result.SuccessLow) / (plain.High - plain.Low), 1.6, 2.4);
        Assert.Contains($"200 episodes show {sets} distinct instances", result.NoteOnRepetition(), StringComparison.Ordinal);
        Assert.Equal((20, null), (few.Splits["id"].Distinct, few.Splits["id"].NoteOnRepetition()));

        var paired = PairedOutcomes.Of(all.Episodes, Play(new ScriptedPlayer(_ => "24"), 200).Episodes, seed: 1);
        var solvedSets = all.Episodes.Where(episode => episode.IsSolved).Select(episode => episode.CanonicalId).Distinct().Count();
        Assert.Equal((200, sets), (paired.N, paired.Distinct));
        Assert.Equal(Math.Pow(2, 1 - solvedSets), paired.PValue, 1e-12);
    }

    private static EvaluationResult Play(ITextGenerator player, int instances) =>
        new Evaluator(s_task, player, new EvaluationOptions { Instances = instances, Seed = 7 }).Run([s_task.FindSplit("id")]);

    private static string Table(ITextGenerator player, params string[] names)
    {
        var splits = names.Length > 0 ? names.Select(name => s_task.FindSplit(name)) : s_task.Splits;
        var result = new Evaluator(s_task, player, new EvaluationOptions { Instances = 20, Seed = 7 }).Run([.. splits]);
        return string.Join('\n', result.Splits.Select(row =>
            $"{row.Key} {row.Value.Success:F2} valid {row.Value.Validity:F2}{string.Concat(row.Value.Reasons.Select(reason => $" {reason.Key} {reason.Value}"))}"));
    }
}
