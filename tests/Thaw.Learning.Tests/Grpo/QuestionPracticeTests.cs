using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;
using Thaw.Learning.Grpo;

namespace Thaw.Learning.Tests.Grpo;

public sealed class QuestionPracticeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Begin_RowsOfAFile_AreThePromptsAsTheyStandAndScoredByTheirOwnKeys()
    {
        var rows = TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(Diversity.Diverse, 1)).Take(3).ToList();
        DemonstrationFile.Write(_folder["prompts.jsonl"], rows);

        var practice = Practice(new GrpoOptions { DatasetName = _folder["prompts.jsonl"], RewardFuncs = ["thaw", "format"], RewardWeights = [2, 0.5] });

        Assert.Equal(3, practice.Count);
        for (var i = 0; i < 3; i++)
        {
            var (right, wrong) = (practice.Begin(i), practice.Begin(i));
            right.Play(rows[i].Completion);
            wrong.Play("nothing");

            Assert.Equal(rows[i].Prompt, right.Prompt);
            Assert.Equal([1, 1], right.Rewards());
            Assert.Equal(2.5, practice.Rewards.Sum(right.Rewards()));
            Assert.Equal([0, 0], wrong.Rewards());
        }
    }

    [Fact]
    public void Begin_ARowWithALabel_IsScoredByItWhereThePapersScorerIsAskedFor()
    {
        var row = TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(Diversity.Frozen, 1)).First();
        var word = Enum.GetNames<Word>().First(other => !row.Completion.Contains(other, StringComparison.Ordinal));
        File.WriteAllText(_folder["labelled.jsonl"], $$"""{"prompt": {{System.Text.Json.JsonSerializer.Serialize(row.Prompt)}}, "solution": "{{word}}"}""");

        var attempt = Practice(new GrpoOptions { DatasetName = _folder["labelled.jsonl"], RewardFuncs = ["paper"] }).Begin(0);
        attempt.Play($"</think> <answer> {word} </answer>");

        Assert.Equal([1], attempt.Rewards());
    }

    [Fact]
    public void RequireRoom_APromptThatLeavesNone_IsNamed()
    {
        DemonstrationFile.Write(_folder["prompts.jsonl"], TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(Diversity.Frozen, 1)).Take(2));
        using var model = Learning.Checkpoints.ModelFolder.Load(TinyModels.WriteSokobanFolder(_folder["model"]));
        var options = new GrpoOptions { DatasetName = _folder["prompts.jsonl"], MaxCompletionLength = 4 };
        Practice(options).RequireRoom(model, options);

        Assert.StartsWith($"{_folder["prompts.jsonl"]}: prompt 1 has ", Refusal(model.Decoder.Config.MaxPositions - 1), StringComparison.Ordinal);
        Assert.StartsWith($"Key 'max_completion_length': {model.Decoder.Config.MaxPositions} leaves no room", Refusal(model.Decoder.Config.MaxPositions), StringComparison.Ordinal);

        string Refusal(int length)
        {
            var longer = options with { MaxCompletionLength = length };
            return Assert.Throws<InvalidDataException>(() => Practice(longer).RequireRoom(model, longer)).Message;
        }
    }

    [Theory]
    [InlineData("", "no rows.")]
    [InlineData("{\"prompt\": 3}", "line 1: expected a prompt, as a string, with a question of sokoban.")]
    [InlineData("{\"question\": \"x\"}", "line 1: expected a prompt, as a string, with a question of sokoban.")]
    [InlineData("{\"prompt\": \"Hello\"}", "line 1: expected a prompt, as a string, with a question of sokoban.")]
    [InlineData("{\"prompt\": [{\"role\": \"user\", \"content\": \"x\"}]}", "line 1: expected a prompt, as a string, with a question of sokoban.")]
    [InlineData("{\"prompt\": \"x\", \"drawing\": 3}", "line 1: the value of drawing is neither a string nor a list of strings.")]
    public void New_MalformedFile_NamesFileLineAndCause(string content, string cause)
    {
        var path = _folder["prompts.jsonl"];
        File.WriteAllText(path, content);

        var error = Assert.Throws<InvalidDataException>(() => Practice(new GrpoOptions { DatasetName = path }));

        Assert.Equal($"{path}: {cause}", error.Message);
    }

    [Fact]
    public void New_KeysOfThePrompts_DecideThem()
    {
        var task = TaskCatalog.Find("sokoban");
        var options = new GrpoOptions { Diversity = Diversity.Diverse, Dose = 2, Split = "two-boxes", DatasetSize = 40, Seed = 7 };
        var expected = task.Demonstrate(new DemonstrationPlan(Diversity.Diverse, 7, Dose: 2, Split: task.FindSplit("two-boxes"))).Take(40).Select(row => row.Prompt);

        var practice = Practice(options);

        Assert.Equal(expected, Enumerable.Range(0, practice.Count).Select(i => practice.Begin(i).Prompt));
    }

    [Theory]
    [InlineData("points", "graded", "[{\"cards\": [\"3\", \"8\", \"A\", \"A\"]}]", -3)]
    [InlineData("sokoban", "progress", "nothing", -1)]
    [InlineData("sokoban", "paper-format", "</think> <answer> wall </answer>", 0.1)]
    public void Begin_RewardsOfATask_AreItsOwn(string task, string name, string completion, double value)
    {
        var attempt = new QuestionPractice(TaskCatalog.Find(task), new GrpoOptions { Task = task, RewardFuncs = [name], DatasetSize = 1 }, default).Begin(0);
        attempt.Play(completion);

        Assert.Equal([value], attempt.Rewards());
    }

    private static QuestionPractice Practice(GrpoOptions options) => new(TaskCatalog.Find("sokoban"), options, default);

    private enum Word
    {
        Up,
        Down,
    }
}
