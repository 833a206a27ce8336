using Thaw.Cli.Verbs;

namespace Thaw.Cli.Tests;

public sealed class ProgramTests
{
    [Theory]
    [InlineData(new string[0], "a verb is needed: ")]
    [InlineData(new[] { "doctr" }, "unknown verb 'doctr'; the nearest known one is 'doctor'")]
    [InlineData(new[] { "doctor", "--jsn" }, "unknown flag '--jsn'; the nearest known one is '--json'")]
    [InlineData(new[] { "--versoin" }, "unknown flag '--versoin'; the nearest known one is '--version'")]
    [InlineData(new[] { "doctor", "extra" }, "'extra' was not expected")]
    [InlineData(new[] { "tokenize", "--file", "a" }, "--model is required")]
    [InlineData(new[] { "tokenize", "--model", "a", "--file" }, "--file needs a value")]
    [InlineData(new[] { "doctor", "@missing" }, "'@missing' was not expected")]
    public async Task RunAsync_WrongUsage_IsOneLineAndExitCode2(string[] args, string clue)
    {
        var run = await CommandRun.Of(args);

        Assert.Equal(ExitCode.Usage, run.Code);
        var line = Assert.Single(run.ErrorLines);
        Assert.StartsWith("thaw: " + clue, line, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task RunAsync_FileThatIsNotThere_IsOneLineThatNamesItAndExitCode1()
    {
        var run = await CommandRun.Of("tokenize", "--model", "/no/such/model", "--file", "x");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("/no/such/model", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_HelpOfEveryVerb_EndsWithAnExampleOfIt()
    {
        foreach (var verb in VerbCatalog.CreateRoot().Subcommands)
        {
            var run = await CommandRun.Of(verb.Name, "--help");

            Assert.Equal(ExitCode.Ok, run.Code);
            Assert.StartsWith($"  thaw {verb.Name}", run.Output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        }
    }
}
