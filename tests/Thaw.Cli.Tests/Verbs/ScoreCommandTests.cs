using System.Text.Json.Nodes;
using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;

namespace Thaw.Cli.Tests.Verbs;

public sealed class ScoreCommandTests : IDisposable
{
    private const string Room = "\"drawing\": \"#######\\n#_____#\\n#PX_O_#\\n#_____#\\n#######\", \"binding\": \"Up=tree Down=fix Left=jade Right=freedom\"";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_Completions_PrintsBothScorersAndWhereTheyDiffer()
    {
        var run = await CommandRun.Of("score", Write("freedom", "freedom tree", "tree", "Right", "none"));

        Assert.Equal((ExitCode.Ok, ""), (run.Code, run.Error));
        Assert.Equal(
            """
            task       scorer            n   score  correct   95 % interval  valid  reasons
            sokoban    thaw              5   0.200    0.200    0.036..0.624  0.400  unknown_word 2, detour 1, training_word 1
            sokoban    paper             5   0.400    0.400    0.118..0.769  0.600  unknown_action 2, other_action 1
            The scorers differ on what is correct on 1 of 5 lines:
              line 2: thaw 0 (unknown_word), paper 1: </think> <answer> freedom tree </answer>
            They differ on what is valid on 1.
            """ + "\n",
            run.Output);
    }

    [Fact]
    public async Task RunAsync_WithJson_IsOneObject()
    {
        var run = await CommandRun.Of("score", Write("freedom", "freedom tree"), "--scorer", "paper", "--json");

        var result = JsonNode.Parse(Assert.Single(run.Output.TrimEnd().Split('\n')))!;
        Assert.Equal(("paper", 2, 1.0, 1.0, 1, 0), (
            (string)result["scorer"]!, (int)result["n"]!, (double)result["score"]!, (double)result["correct"]!, (int)result["differences"]!, (int)result["malformed"]!));
        Assert.Equal(0.5, (double)result["tasks"]!["sokoban"]!["thaw"]!["score"]!);
        Assert.Equal(1, (int)result["tasks"]!["sokoban"]!["thaw"]!["reasons"]!["unknown_word"]!);
        Assert.Equal("freedom tree", (string)result["first_differences"]![0]!["scores"]!["thaw"]!["answer"]!);
        Assert.Equal(2, (int)result["first_differences"]![0]!["line"]!);
    }

    [Fact]
    public async Task RunAsync_Out_HasALineForEveryCompletion()
    {
        var output = Path.Combine(_folder.Path, "scores.jsonl");

        var run = await CommandRun.Of("score", Write("freedom", "fix", "freedom fix"), "--out", output, "--scorer", "paper-eval");

        Assert.Equal(ExitCode.Ok, run.Code);
        var rows = File.ReadLines(output).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal([1, 0, 0], rows.Select(row => (int)row["scores"]!["paper-eval"]!["score"]!));
        Assert.Equal([1, 2, 3], rows.Select(row => (int)row["line"]!));
        Assert.All(rows, row => Assert.False((bool)row["differs"]!));
    }

    [Fact]
    public async Task RunAsync_DemonstrationsOfEveryTask_AreRightByTheirOwnScorer()
    {
        foreach (var task in TaskCatalog.All.OfType<Core.Scoring.IScoredTask>())
        {
            var file = Path.Combine(_folder.Path, "rows.jsonl");
            DemonstrationFile.Write(file, task.Demonstrate(new DemonstrationPlan(Diversity.Diverse, Seed: 1)).Take(100));

            var run = await CommandRun.Of("score", file, "--task", task.Name, "--json");

            var result = JsonNode.Parse(run.Output)!;
            Assert.Equal((100, 1.0, 1.0), ((int)result["n"]!, (double)result["correct"]!, (double)result["validity"]!));
        }
    }

    [Fact]
    public async Task RunAsync_MalformedLine_StopsThereAndWritesNothing()
    {
        var output = Path.Combine(_folder.Path, "scores.jsonl");
        var file = Write("freedom");
        await File.AppendAllTextAsync(file, "{\"prompt\": 1}\n");

        var run = await CommandRun.Of("score", file, "--out", output);

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Equal($"thaw: {file}: line 2: there is no completion: expected the key completion or response.", Assert.Single(run.ErrorLines));
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task RunAsync_SkipMalformed_CountsThem()
    {
        var file = Write("freedom");
        await File.AppendAllTextAsync(file, "nothing\n\n{}\n");

        var run = await CommandRun.Of("score", file, "--skip-malformed", "--json");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal((1, 2), ((int)JsonNode.Parse(run.Output)!["n"]!, (int)JsonNode.Parse(run.Output)!["malformed"]!));
        Assert.Contains("2 malformed lines were passed over.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "holds no line that can be scored.")]
    [InlineData("nothing\n", "holds no line that can be scored; malformed: 1.")]
    public async Task RunAsync_NothingToScore_IsAnError(string text, string cause)
    {
        var file = _folder.Write("rows.jsonl", text);

        var run = await CommandRun.Of("score", file, "--skip-malformed");

        Assert.Equal((ExitCode.Failed, $"thaw: {file}: {cause}"), (run.Code, Assert.Single(run.ErrorLines)));
    }

    [Theory]
    [InlineData(new[] { "score" }, "Required argument 'FILE' missing for command: 'score'")]
    [InlineData(new[] { "score", "x", "--scorer", "papr" }, "unknown scorer 'papr'; the nearest known one is 'paper'")]
    [InlineData(new[] { "score", "x", "--task", "sokobn" }, "unknown task 'sokobn'; the nearest known one is 'sokoban'")]
    public async Task RunAsync_WrongUsage_IsOneLineAndExitCode2(string[] args, string clue)
    {
        var run = await CommandRun.Of(args);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith("thaw: " + clue, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_FileThatIsNotThere_IsNamed()
    {
        var run = await CommandRun.Of("score", "/no/such/file");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("/no/such/file", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Help_NamesEveryScorerAndInstanceForm()
    {
        var run = await CommandRun.Of("score", "--help");

        Assert.All(TaskCatalog.All.OfType<Core.Scoring.IScoredTask>(), task =>
        {
            Assert.All(task.Scorers, scorer => Assert.Contains($"  {scorer.Name} ", run.Output, StringComparison.Ordinal));
            Assert.All(task.InstanceForms, form => Assert.Contains(form, run.Output, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task RunAsync_CompletionWithControlCharacters_PrintsNoneOfThem()
    {
        var run = await CommandRun.Of("score", Write("freedom \\u001b[31m\\u202e\\ud83d"));

        Assert.DoesNotContain(run.Output, symbol => char.IsControl(symbol) && symbol != '\n');
        Assert.DoesNotContain('\u202e', run.Output);
    }

    // Words as they stand inside of a JSON string.
    private string Write(params string[] words) => _folder.Write(
        "rows.jsonl", string.Concat(words.Select(word => $"{{{Room}, \"completion\": \"</think> <answer> {word} </answer>\"}}\n")));
}
