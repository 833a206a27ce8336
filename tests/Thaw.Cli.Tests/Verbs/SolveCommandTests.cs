using System.Text.Json.Nodes;

namespace Thaw.Cli.Tests.Verbs;

public sealed class SolveCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sokoban_ACollection_GivesAPlanForEveryLevel()
    {
        var run = await CommandRun.Of("solve", "sokoban", File("; easy\n######\n#@ $.#\n######\n\n; over\n#####\n#@* #\n#####\n\n; stuck\n######\n#$@ .#\n######\n"), "--json");

        Assert.Equal(0, run.Code);
        var levels = JsonNode.Parse(run.Output.TrimEnd().Split('\n')[^1])!["levels"]!.AsArray();
        Assert.Equal(["easy", "over", "stuck"], levels.Select(level => (string)level!["title"]!));
        Assert.Equal([true, true, false], levels.Select(level => (bool)level!["solved"]!));
        Assert.Equal([true, true, false], levels.Select(level => (bool)level!["optimal"]!));
        Assert.Equal((2, "rR", 1), ((int)levels[0]!["moves"]!, (string)levels[0]!["lurd"]!, (int)levels[0]!["pushes"]!));
        Assert.Equal((0, ""), ((int)levels[1]!["moves"]!, (string)levels[1]!["lurd"]!));
        Assert.Equal("no solution", (string)levels[2]!["reason"]!);
        Assert.All(levels, level => Assert.InRange((double)level!["seconds"]!, 0, 60));
        Assert.Contains("easy: 2 moves, 1 pushes, optimal", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sokoban_AFaultyLevel_GetsOneLineAndStopsNoOther()
    {
        var file = File("; bad\n#####\n#@$x.#\n#####\n\n; good\n######\n#@ $.#\n######\n");
        var run = await CommandRun.Of("solve", "sokoban", file, "--json");

        Assert.Equal(1, run.Code);
        var levels = JsonNode.Parse(run.Output)!["levels"]!.AsArray();
        Assert.Equal($"{file}: line 2: unknown symbol 'x' at row 2, column 4", (string)levels[0]!["error"]!);
        Assert.Equal("rR", (string)levels[1]!["lurd"]!);
    }

    [Fact]
    public async Task Sokoban_WithoutJson_PrintsThePlans()
    {
        var run = await CommandRun.Of("solve", "sokoban", File("######\n#@ $.#\n######\n"));

        Assert.Equal(["level 1: 2 moves, 1 pushes, optimal", "rR"], run.Output.TrimEnd().Split('\n').Select(line => line.Split(", 0")[0]));
    }

    [Theory]
    [InlineData("no-such-file.xsb", "no-such-file.xsb")]
    [InlineData(null, "holds no level")]
    public async Task Sokoban_AFileThatIsNone_IsOneLine(string? name, string part)
    {
        var run = await CommandRun.Of("solve", "sokoban", name is null ? File("nothing here") : Path.Combine(_folder.Path, name));

        Assert.Equal(1, run.Code);
        Assert.Contains(part, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sokoban_ATimeLimitOfNothing_IsWrongUsage()
    {
        var run = await CommandRun.Of("solve", "sokoban", File("######\n#@ $.#\n######\n"), "--time-limit", "0");

        Assert.Equal((2, "thaw: --time-limit: must lie between 0.001 and 1000000, not 0"), (run.Code, Assert.Single(run.ErrorLines)));
    }

    [Fact]
    public async Task Points_AHand_ListsItsFormulas()
    {
        var run = await CommandRun.Of("solve", "points", "3", "3", "8", "8", "--json");

        Assert.Equal(0, run.Code);
        var result = JsonNode.Parse(run.Output.TrimEnd().Split('\n')[^1])!;
        Assert.True((bool)result["solvable"]!);
        Assert.Equal(["8/(3-8/3)"], result["formulas"]!.AsArray().Select(formula => (string)formula!));
    }

    [Theory]
    [InlineData(new[] { "1", "1", "1", "1" }, "no formula makes 24")]
    [InlineData(new[] { "K", "A", "--target", "13", "--face-cards", "11,12,13" }, "13*1\n13/1")]
    [InlineData(new[] { "K", "4", "--target", "40" }, "10*4")]
    public async Task Points_WithoutJson_PrintsThem(string[] words, string expected)
    {
        var run = await CommandRun.Of(["solve", "points", .. words]);

        Assert.Equal((0, expected), (run.Code, run.Output.TrimEnd()));
    }

    [Theory]
    [InlineData(new[] { "3", "x" }, "'x' is no card")]
    [InlineData(new[] { "0", "3" }, "A card counts 1 to 100, not 0")]
    [InlineData(new[] { "1", "2", "3", "4", "5", "6", "7" }, "A hand holds 1 to 6 cards, not 7")]
    [InlineData(new[] { "K", "--face-cards", "11,12" }, "--face-cards: three numbers")]
    public async Task Points_WrongUsage_IsOneLine(string[] words, string part)
    {
        var run = await CommandRun.Of(["solve", "points", .. words]);

        Assert.Equal(2, run.Code);
        Assert.Contains(part, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private string File(string text) => _folder.Write("levels.xsb", text);
}
