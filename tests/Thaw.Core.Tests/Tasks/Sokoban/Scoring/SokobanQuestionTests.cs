using System.Diagnostics;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Demonstrations;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban.Scoring;

public class SokobanQuestionTests
{
    // The box has to go right, and the player stands left of it: Right is the one optimal move.
    private const string Corridor = "#######\n#_____#\n#PX_O_#\n#_____#\n#######";
    private static readonly SokobanTask s_task = new();
    private static readonly string[] s_scorers = ["thaw", "paper", "paper-eval"];

    [Theory]
    [InlineData("</think> <answer> 4 </answer>\n", "", "", "")]
    [InlineData("</think> <answer> 4 4 </answer>", "unknown_word", "", "unknown_word")]
    [InlineData("</think> <answer> 4\n</answer>", "", "no_answer", "")]
    [InlineData("<answer> 4 </answer>", "", "tags", "")]
    [InlineData("</think> <answer> 1 </answer> no, <answer> 4 </answer>", "", "tags", "detour")]
    [InlineData("</think> <answer> <think> 4 </answer>", "unknown_word", "tags", "")]
    [InlineData("</think> <answer> 3 </answer>", "blocked", "other_action", "blocked")]
    [InlineData("</think> <answer> 1 </answer>", "detour", "other_action", "detour")]
    [InlineData("</think> <answer> Right </answer>", "training_word", "unknown_action", "training_word")]
    [InlineData("</think> <answer> 4(1) </answer>", "unknown_word", "", "unknown_word")]
    [InlineData("", "no_answer", "tags", "no_answer")]
    public void ScoreOf_Completion_SaysWhatEachScorerMakesOfIt(string completion, string own, string paper, string paperEval)
    {
        var question = Ask(Corridor, "Up=1 Down=2 Left=3 Right=4");

        Assert.Equal([own, paper, paperEval], s_scorers.Select(scorer => question.ScoreOf(completion, scorer).Reason ?? ""));
    }

    [Fact]
    public void Difficulty_OfARoom_IsItsPlanAndItsBoxes()
    {
        Assert.Equal([new("moves", 2), new("boxes", 1)], Ask(Corridor, "Up=1 Down=2 Left=3 Right=4").Difficulty);
        Assert.Equal([new("boxes", 1)], Ask("####\n#PX#\n#_O#\n####", "Up=1 Down=2 Left=3 Right=4").Difficulty);
    }

    [Fact]
    public void ScoreOf_EveryOptimalMove_IsRightByOursAndOnlyTheFirstByThePapers()
    {
        // The box has to go up; the player may walk round it on either side.
        var question = Ask("#####\n#_O_#\n#_P_#\n#_X_#\n#___#\n#####");
        var right = Enum.GetNames<Direction>().Where(word => question.ScoreOf(Answer(word), "thaw").IsCorrect).ToList();

        Assert.Equal(["Left", "Right"], right);
        Assert.Equal(["Left"], Enum.GetNames<Direction>().Where(word => question.ScoreOf(Answer(word), "paper").IsCorrect));
    }

    [Fact]
    public void ScoreOf_PushIntoACorner_IsADeadEnd() =>
        Assert.Equal("dead_end", Ask("######\n#_P__#\n#_XO_#\n#____#\n######").ScoreOf(Answer("Down"), "thaw").Reason);

    [Theory]
    [InlineData("######\n#PX_O#\n#X__O#\n######", "unsolvable", "no_label")]
    [InlineData("#####\n#P√_#\n#####", "nothing_to_do", "no_label")]
    public void ScoreOf_PositionWithoutAMove_SaysSo(string board, string own, string paper)
    {
        var question = Ask(board);

        Assert.Equal((own, paper), (question.ScoreOf(Answer("Right"), "thaw").Reason, question.ScoreOf(Answer("Right"), "paper").Reason));
    }

    // The plan of the corridor begins with Right, which is action 4; the label says otherwise.
    [Theory]
    [InlineData("\"label\": 1", "Up", true)]
    [InlineData("\"label\": 1", "Right", false)]
    [InlineData("\"solution\": \"Up\"", "Up", true)]
    [InlineData("\"ground_truth\": \"2\"", "Down", true)]
    [InlineData("\"reward_model\": {\"style\": \"rule\", \"ground_truth\": \"down\"}", "Down", true)]
    [InlineData("\"label\": [1, 2]", "Up, Down Left", true)]
    [InlineData("\"label\": [1, 2]", "Up", false)]
    [InlineData("\"label\": [\"Up\", \"Down\"]", "Up Left", false)]
    [InlineData("\"label\": true", "Right", true)]
    [InlineData("\"label\": null", "Right", true)]
    public void ScoreOf_RowWithALabel_IsRightByThePapersScorerWhereItSaysSo(string label, string answer, bool isRight)
    {
        var question = Read($$"""{"drawing": {{JsonSerializer.Serialize(Corridor)}}, {{label}}, "completion": "x"}""")!;

        Assert.Equal(isRight, question.ScoreOf(Answer(answer), "paper").IsCorrect);
        Assert.Equal(answer == "Right", question.ScoreOf(Answer(answer), "thaw").IsCorrect);
    }

    [Theory]
    [InlineData("\"label\": 5")]
    [InlineData("\"label\": []")]
    [InlineData("\"solution\": \"north\"")]
    [InlineData("\"reward_model\": {\"ground_truth\": 1.5}")]
    public void ReadQuestionOrNull_LabelThatIsNoAction_SaysSo(string label) => Assert.Contains(
        "is no action: 1 to 4, a word of the binding, or a list of these.",
        Assert.Throws<FormatException>(() => Read($$"""{"drawing": {{JsonSerializer.Serialize(Corridor)}}, {{label}}, "completion": "x"}""")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void ScoreOf_RoomWithTooManyStates_IsNotWithinTheBudgetAndEndsInTime()
    {
        var question = Ask("############\n#P_________#\n#_X_X_X_X__#\n#__________#\n#_X_X_X_X__#\n#__________#\n#OOOOOOOO__#\n#__________#\n############");
        var clock = Stopwatch.StartNew();

        Assert.Equal("not_within_budget", question.ScoreOf(Answer("Right"), "thaw").Reason);
        Assert.Equal("not_within_budget", question.ScoreOf(Answer("Right"), "paper").Reason);
        Assert.Equal("unknown_word", question.ScoreOf(Answer("fox"), "thaw").Reason);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 60);
    }

    [Theory]
    [InlineData(Diversity.Frozen)]
    [InlineData(Diversity.Diverse)]
    public void ScoreOf_Demonstrations_AreRightByEveryScorer(Diversity diversity)
    {
        var rows = s_task.Demonstrate(new DemonstrationPlan(diversity, Seed: 1)).Take(2000);

        Assert.All(rows, row => Assert.All(s_scorers, scorer =>
            Assert.Equal(1, Read($$"""{"prompt": {{JsonSerializer.Serialize(row.Prompt)}}, "completion": "x"}""")!.ScoreOf(row.Completion, scorer).Value)));
    }

    [Fact]
    public void ReadQuestionOrNull_Fake_ScoresWhatTheRowSays()
    {
        const string Completion = "</think> <answer> Right </answer>";
        var stated = "\"drawing\": \"#####\\n#PXO#\\n#####\", \"completion\": \"x\", \"binding\": \"Up=1 Down=2 Left=3 Right=4\"";

        Assert.Equal("training_word", Read($"{{{stated}}}")!.ScoreOf(Completion, "thaw").Reason);
        Assert.Equal("training_word", Read($"{{{stated}, \"split\": \"train\"}}")!.ScoreOf(Completion, "thaw").Reason);
        Assert.True(Read($"{{{stated}, \"split\": \"fake\"}}")!.ScoreOf(Completion, "thaw").IsCorrect);
        Assert.True(Read($"{{{stated}, \"scored_binding\": \"Up=Up Down=Down Left=Left Right=Right\"}}")!.ScoreOf(Completion, "thaw").IsCorrect);
        Assert.Equal("stated_word", Read($"{{{stated}, \"split\": \"fake\"}}")!.ScoreOf("<answer> 4 </answer>", "thaw").Reason);
    }

    [Fact]
    public void ReadQuestionOrNull_DigitsOfTheGoldenRooms_ScoreTheirPlans()
    {
        foreach (var room in GoldenFile.Entries("tasks/sokoban_rooms.json").Where(room => room.ContainsKey("shortest")))
        {
            room["completion"] = "x";
            var word = Enum.GetNames<Direction>()[(int)room["shortest"]![0]! - 1];

            Assert.All(s_scorers, scorer => Assert.True(Read(room.ToJsonString())!.ScoreOf(Answer(word), scorer).IsCorrect));
        }
    }

    [Fact]
    public void ReadQuestionOrNull_XsbLevel_IsTheRoom()
    {
        Assert.True(Read("""{"xsb": "  ####\n###. #\n# $@ #\n######", "completion": "x"}""") is not null);
        Assert.True(Read("""{"xsb": ["#####", "#@$.#", "#####"], "completion": "x"}""")!.ScoreOf(Answer("Right"), "thaw").IsCorrect);
        Assert.Equal(
            "a level of 3 × 100 has more than 128 cells.",
            Assert.Throws<FormatException>(() => Read(JsonSerializer.Serialize(new { xsb = $"{new string('#', 100)}\n#@$.{new string(' ', 95)}#\n{new string('#', 100)}", completion = "x" }))).Message);
    }

    [Fact]
    public void ReadQuestionOrNull_RowOfAnotherTask_IsNull() => Assert.Null(Read("""{"prompt": "Make 24 from 3 3 8 8.", "completion": "8/(3-8/3)"}"""));

    [Fact]
    public void ScoreOf_AnyText_GivesAScoreByEveryScorer()
    {
        var question = Ask(Corridor, "Up=1 Down=2 Left=3 Right=4");
        var pieces = Gen.Elements("<think>", "</think>", "<answer>", "</answer>", "<action>", "</action>", "4", "1", " ", "\n", "\0", "\ud83d", "\udc00", "(", ")", "Assistant:");
        var texts = Gen.OneOf(pieces.ListOf().Select(list => string.Concat(list)), ArbMap.Default.GeneratorFor<string>().Where(text => text is not null));
        Prop.ForAll(texts.ToArbitrary(), text => s_scorers.All(scorer =>
        {
            var score = question.ScoreOf(text, scorer);
            return score.IsCorrect == score.Reason is null && score.IsCorrect == (score.Value == 1) && (score.IsValid || !score.IsCorrect);
        })).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Theory]
    [InlineData("<answer>")]
    [InlineData("</answer>")]
    [InlineData("<think>")]
    [InlineData("<answer><answer></answer>")]
    [InlineData("<")]
    [InlineData("4 ")]
    public void ScoreOf_AMegabyte_TakesLinearTime(string piece)
    {
        var question = Ask(Corridor, "Up=1 Down=2 Left=3 Right=4");
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        var clock = Stopwatch.StartNew();
        foreach (var scorer in s_scorers)
        {
            question.ScoreOf(text, scorer);
            question.ScoreOf($"</think> <answer> {text} </answer>", scorer);
        }

        // A quadratic reading of a megabyte takes minutes; the linear one milliseconds.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3), $"Took {clock.Elapsed}.");
    }

    private static string Answer(string word) => $"</think> <answer> {word} </answer>";

    private static IQuestion Ask(string board, string? binding = null) =>
        Read(JsonSerializer.Serialize(new { drawing = board, binding, completion = "x" }))!;

    private static IQuestion? Read(string json) => s_task.ReadQuestionOrNull(new CompletionRow(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!));
}
