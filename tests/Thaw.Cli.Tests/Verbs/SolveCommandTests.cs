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

    private string File(string text) => _folder.Write("levels.xsb", text);
}
