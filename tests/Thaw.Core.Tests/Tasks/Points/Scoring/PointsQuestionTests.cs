using System.Diagnostics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Demonstrations;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Points;
using Thaw.Core.Tasks.Points.Scoring;

namespace Thaw.Core.Tests.Tasks.Points.Scoring;

public class PointsQuestionTests
{
    private static readonly PointsTask s_task = new();
    private static readonly string[] s_scorers = ["thaw", "paper"];

    [Fact]
    public void Find_PromptsOfEverySplit_GivesBackHandAndRule() => Assert.All(s_task.Splits, split =>
        Assert.All(s_task.DrawInstances(split, Fold.Test, 20, seed: 1).Cast<PointsInstance>(), hand =>
        {
            var episode = s_task.Begin(split, hand, seed: 1);
            var rule = HandText.ParseRule(episode.StatedBinding);
            var prompt = episode.Prompt.Text;

            Assert.Equal(hand.Cards, HandText.FindCards(prompt));
            Assert.Equal(rule, new PointsRule(HandText.FindFaces(prompt)!, HandText.FindTarget(prompt) ?? 24, HandText.FindOperators(prompt)));
            Assert.StartsWith($"{rule} ", $"{episode.StatedBinding} ", StringComparison.Ordinal);
        }));

    // paper.md 2.2 and 2.4: the rows of Chu and those of the paper.
    [Theory]
    [InlineData("Note that 'J', 'Q', and 'K' count as '10', and each", "J=10 Q=10 K=10")]
    [InlineData("Note that 'J', 'Q', and 'K' all count as '5', and each", "J=5 Q=5 K=5")]
    [InlineData("Note that 'J', 'Q', and 'K' count as '11', '12', and '13' respectively, and each", "J=11 Q=12 K=13")]
    [InlineData("Note that 'J' counts as '11', 'Q' counts as '12', and 'K' counts as '13', and each", "J=11 Q=12 K=13")]
    [InlineData("'J' counts as '11', 'Q' counts as '12', and 'K' counts as '13'. At the next table, 'J', 'Q', and 'K' all count as '10'.", "J=11 Q=12 K=13")]
    public void FindFaces_SeveralWordings_AreReadAndTheFirstCounts(string prompt, string rule) => Assert.Equal(rule, HandText.FindFaces(prompt)!.ToString());

    // paper.md 2.7, and what ours makes of the same.
    [Theory]
    [InlineData("3*8*1*1", "", 5, "")]
    [InlineData("3*8*1*1=24", "", 5, "")]
    [InlineData("3*8*1*1=99", "wrong_result", 5, "")]
    [InlineData("3*8/1/1", "", 5, "")]
    [InlineData("(3*8*1*1", "broken_formula", -1, "no_solution")]
    [InlineData("3*8+1+1", "wrong_result", -1, "no_solution")]
    [InlineData("3*8", "wrong_use", -2, "incorrect_number")]
    [InlineData("3x8x1x1", "broken_formula", -3, "illegal_formula")]
    public void ScoreOf_Formula_SaysWhatEachScorerMakesOfIt(string formula, string own, double value, string paper)
    {
        var question = Read("""{"cards": ["3", "8", "A", "A"], "completion": "x"}""")!;
        var completion = $"{{\"cards\": [\"3\", \"8\", \"A\", \"A\"], \"number\": [3, 8, 1, 1], \"formula\": \"{formula}\"}}";

        Assert.Equal(own, question.ScoreOf(completion, "thaw").Reason ?? "");
        Assert.Equal((value, paper), (question.ScoreOf(completion, "paper").Value, question.ScoreOf(completion, "paper").Reason ?? ""));
    }

    [Fact]
    public void ScoreOf_HandThatNeedsFractions_IsRightByOursAlone()
    {
        var question = Read("""{"cards": ["3", "3", "8", "8"], "completion": "x"}""")!;
        const string Completion = """{"cards": ["3", "3", "8", "8"], "number": [3, 3, 8, 8], "formula": "8/(3-8/3)"}""";

        Assert.Equal(Score.Right("8/(3-8/3)"), question.ScoreOf(Completion, "thaw"));
        Assert.Equal(new Score(-1, false, true, "8/(3-8/3)", "no_solution"), question.ScoreOf(Completion, "paper"));
    }

    [Fact]
    public void ScoreOf_Demonstrations_AreRightByBothScorers()
    {
        var floating = 0;
        foreach (var row in s_task.Demonstrate(new DemonstrationPlan(Diversity.Diverse, Seed: 1)).Take(500))
        {
            var question = Read(JsonSerializer.Serialize(new { prompt = row.Prompt, completion = "x" }))!;
            Assert.Null(question.ScoreOf(row.Completion, "thaw").Reason);
            floating += question.ScoreOf(row.Completion, "paper").IsCorrect ? 0 : 1;
        }

        // The paper computes in floating point, and reads no operators but its own.
        Assert.InRange(floating, 0, 25);
    }

    [Fact]
    public void ReadQuestionOrNull_GoldenHands_AreScoredByTheirValues()
    {
        foreach (var hand in GoldenFile.Entries("tasks/points_hands.json"))
        {
            int[] values = [.. hand["values"]!.AsArray().Select(value => (int)value!)];
            string[] cards = [.. hand["cards"]!.AsArray().Select(card => (string)card!)];
            hand["completion"] = "x";
            if (values.Length > 4 || PointsSolver.FindFirstOrNull(values, 24) is not { } formula)
            {
                continue;
            }

            var completion = JsonSerializer.Serialize(new { cards, number = values, formula = formula.ToString(OperatorNames.Training, "") });
            Assert.Null(Read(hand.ToJsonString())!.ScoreOf(completion, "thaw").Reason);
        }
    }

    [Fact]
    public void ReadQuestionOrNull_Fake_ScoresWhatTheRowSays()
    {
        const string Row = "\"cards\": [\"K\", \"7\", \"6\", \"A\"], \"completion\": \"x\", \"binding\": \"J=11 Q=12 K=13\"";
        const string Faithful = """{"cards": ["K", "7", "6", "A"], "number": [13, 7, 6, 1], "formula": "x"}""";

        Assert.Equal("broken_formula", Read($"{{{Row}}}")!.ScoreOf(Faithful, "thaw").Reason);
        Assert.Equal("stated_word", Read($"{{{Row}, \"split\": \"fake\"}}")!.ScoreOf(Faithful, "thaw").Reason);
        Assert.Equal("stated_word", Read($"{{{Row}, \"scored_binding\": \"J=10 Q=10 K=10\"}}")!.ScoreOf(Faithful, "thaw").Reason);
        Assert.Equal("stated_word", Read($"{{{Row}, \"values\": [10, 7, 6, 1]}}")!.ScoreOf(Faithful, "thaw").Reason);
    }

    [Theory]
    [InlineData("""{"cards": ["3", "x"], "completion": "x"}""", "cards is not a list of 1 to 6 ranks: A, 2 to 10, J, Q, K, 14 to 19.")]
    [InlineData("""{"cards": [], "completion": "x"}""", "cards is not a list of 1 to 6 ranks: A, 2 to 10, J, Q, K, 14 to 19.")]
    [InlineData("""{"cards": ["3", "4"], "values": [3], "completion": "x"}""", "values is not a list of as many whole numbers as there are cards.")]
    [InlineData("""{"cards": ["3", "4"], "values": [3, 5], "completion": "x"}""", "values are not those of the cards under any rule for face cards.")]
    [InlineData("""{"cards": ["J", "4"], "values": [900, 4], "completion": "x"}""", "a face card counts 1 to 100, not 900, 10, 10.")]
    [InlineData("""{"prompt": "['J', '3', '4', '5']", "completion": "x"}""", "the prompt does not say in known words what face cards count as; give the rule as binding.")]
    [InlineData("""{"cards": ["3"], "binding": "J=5", "completion": "x"}""", "a binding is written like \"J=10 Q=10 K=10\", and behind it target=30 or operators=&,~,@,% where they are not those of training.")]
    public void ReadQuestionOrNull_RowThatIsBroken_SaysHow(string row, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Read(row)).Message);

    [Theory]
    [InlineData("""{"prompt": "#####\n#PXO#\n#####", "completion": "x"}""")]
    [InlineData("""{"prompt": "[a, b] [] ]", "completion": "x"}""")]
    public void ReadQuestionOrNull_RowOfAnotherTask_IsNull(string row) => Assert.Null(Read(row));

    [Fact]
    public void ScoreOf_AnyText_GivesAScoreByEveryScorer()
    {
        var question = Read("""{"cards": ["3", "8", "A", "J"], "completion": "x"}""")!;
        var pieces = Gen.Elements("{", "}", "\"formula\": \"", "\"", "formula", ":", "cards", "[", "]", "3", "8", "1", "*", "(", ")", "/", "=", "\n", "\\u", "\ud83d", "\0");
        var texts = Gen.OneOf(pieces.ListOf().Select(list => string.Concat(list)), ArbMap.Default.GeneratorFor<string>().Where(text => text is not null));
        Prop.ForAll(texts.ToArbitrary(), text => s_scorers.All(scorer =>
        {
            var score = question.ScoreOf(text, scorer);
            return score.IsCorrect == score.Reason is null && (score.IsValid || !score.IsCorrect);
        })).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("]")]
    [InlineData("['3']]")]
    [InlineData("'J' counts as '")]
    [InlineData("'J', 'Q', and 'K' all count as '1', '")]
    public void ReadQuestionOrNull_AMegabyteOfPrompt_TakesLinearTime(string piece)
    {
        var prompt = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        var clock = Stopwatch.StartNew();

        HandText.FindCards(prompt);
        HandText.FindFaces(prompt);
        HandText.FindTarget(prompt);
        HandText.FindOperators(prompt);

        // A quadratic reading of a megabyte takes minutes.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"Took {clock.Elapsed}.");
    }

    private static IQuestion? Read(string json) => s_task.ReadQuestionOrNull(new CompletionRow(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!));
}
