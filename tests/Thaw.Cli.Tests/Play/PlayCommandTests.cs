using System.Text.Json.Nodes;
using Thaw.Cli.Output;
using Thaw.Cli.Verbs;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Cli.Tests.Play;

public sealed class PlayCommandTests
{
    [Theory]
    [InlineData("id")]
    [InlineData("numerical")]
    [InlineData("held-out")]
    [InlineData("two-boxes")]
    public void Run_ShortestPlanInTheStatedWords_SolvesInTheFewestTurns(string split)
    {
        var plan = Plan(split);

        var (output, result) = Play(split, string.Join('\n', plan));

        Assert.EndsWith($"Solved in {plan.Count} turn{(plan.Count == 1 ? "" : "s")}, the fewest possible.\n", output, StringComparison.Ordinal);
        Assert.Equal((true, true, plan.Count, plan.Count), ((bool)result["solved"]!, (bool)result["over"]!, (int)result["turns"]!, (int)result["fewest_turns"]!));
        Assert.Equal(plan, result["answers"]!.AsArray().Select(answer => (string)answer!["answer"]!));
    }

    [Fact]
    public void Run_DetourBeforeThePlan_SaysHowManyWouldHaveBeenEnough()
    {
        var plan = Plan("id");

        var (output, _) = Play("id", $"banana\n\n  {string.Join("\n", plan)}\n");

        Assert.Contains("turn 1: banana: not valid (unknown_word)\n", output, StringComparison.Ordinal);
        Assert.EndsWith($"Solved in {plan.Count + 1} turns; {plan.Count} would have been enough.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StatedWordsUnderFake_AreNotValid()
    {
        var (output, result) = Play("fake", string.Join('\n', Enumerable.Repeat("1", 40)));

        Assert.Contains("turn 30: 1: not valid (stated_word)\n", output, StringComparison.Ordinal);
        Assert.Contains("Not solved after 30 turns: stated_word; ", output, StringComparison.Ordinal);
        Assert.Equal(("stated_word", 30), ((string)result["reason"]!, (int)result["turns"]!));
    }

    [Theory]
    [InlineData("Up\nq\nUp\n")]
    [InlineData("Up\n:q\nUp\n")]
    [InlineData("Up\n")]
    public void Run_QuitOrEndOfInput_SaysWhereItStopped(string typed)
    {
        var (output, result) = Play("id", typed);

        Assert.Matches(@"Stopped after 1 turn, not solved; from the start \d+ (is|are) enough\.\n$", output);
        Assert.Equal((false, "none"), ((bool)result["over"]!, (string)result["reason"]!));
    }

    [Fact]
    public void Run_QuestionMark_ShowsThePromptWordForWord()
    {
        var task = TaskCatalog.Find("sokoban");
        var split = task.FindSplit("numerical");
        var episode = task.Begin(split, task.DrawInstances(split, Fold.Test, 1, 3)[0], 3);

        Assert.Contains(episode.Prompt.Text, Play("numerical", "?\n").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BoardAfterATurn_IsDrawnWithACellOfTwoColumns()
    {
        var room = Instance("id");
        var word = SokobanSolver.FindShortest(room.Level, room.Start)!.Plan[0];
        var after = SokobanDrawing.Draw(room.Level, room.Level.Step(room.Start, word));

        Assert.Contains($"turn 1: {word}: valid\n{after.Replace(" \t", "", StringComparison.Ordinal)}\n", Play("id", word.ToString()).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--task sokobn", "unknown task 'sokobn'; the nearest known one is 'sokoban'")]
    [InlineData("--split numerica", "unknown sokoban split 'numerica'; the nearest known one is 'numerical'")]
    [InlineData("--fold tset", "--fold must be one of train, validation, test, not 'tset'")]
    public async Task RunAsync_WrongUsage_IsOneLineAndExitCode2(string flags, string clue)
    {
        var run = await CommandRun.Of(["play", .. flags.Split(' ')]);

        Assert.Equal((ExitCode.Usage, "thaw: " + clue), (run.Code, Assert.Single(run.ErrorLines)));
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() => Play("id", "Up\n", cancellation.Token));
    }

    private static List<string> Plan(string split)
    {
        var room = Instance(split);
        var task = TaskCatalog.Find("sokoban");
        var words = task.Begin(task.FindSplit(split), room, 3).StatedBinding.Split(' ').Select(part => part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..]).ToArray();
        return [.. SokobanSolver.FindShortest(room.Level, room.Start)!.Plan.Select(move => words[(int)move])];
    }

    private static SokobanInstance Instance(string split)
    {
        var task = TaskCatalog.Find("sokoban");
        return (SokobanInstance)task.DrawInstances(task.FindSplit(split), Fold.Test, 1, 3)[0];
    }

    // Text goes to the error writer with --json.
    private static (string Output, JsonNode Result) Play(string split, string typed, CancellationToken cancellation = default)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var reporting = new Reporting(output, error, json: true);
        using var input = new StringReader(typed);
        Assert.Equal(ExitCode.Ok, PlayCommand.Run(new PlayCommand.Request("sokoban", split, Fold.Test, 3), terminal: null, input, reporting, cancellation));
        return (error.ToString(), JsonNode.Parse(output.ToString())!);
    }
}
