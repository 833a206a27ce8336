using System.Diagnostics;
using System.Text.Json.Nodes;
using Thaw.Cli.Launch;
using Thaw.Core.Reports;
using Thaw.Learning.Distribution;
using Thaw.Learning.Training;

namespace Thaw.Cli.Tests.Launch;

public sealed class LaunchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Launch_TwoRanks_TrainLikeOneAndSpeakOnce()
    {
        var model = TinyJob.WriteModel(_folder.Path);
        using var alone = ThawProcess.Start(null, TinyJob.Sft(model, Output("one"), 1, 4));
        await alone.EndAsync();

        using var launch = ThawProcess.Start(null, ["launch", "--processes", "2", .. TinyJob.Sft(model, Output("two"), 2, 4), "--json"]);
        var end = await launch.EndAsync();

        Assert.True(end.Code == ExitCode.Ok, end.Error);
        Assert.EndsWith("two/checkpoint-4", (string)JsonNode.Parse(end.Output)!["checkpoint"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("[rank 1]", end.Error, StringComparison.Ordinal);
        Assert.Equal(Losses("one"), Losses("two"), (one, two) => Math.Abs(one - two) < 1e-5);
        Assert.StartsWith("thaw launch --processes 2 sft ", RunFile.Read(Output("two")).CommandLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launch_OnSigterm_SavesOnceAndGoesOnThere()
    {
        var model = TinyJob.WriteModel(_folder.Path);
        IReadOnlyList<string> arguments = ["launch", "--processes", "2", .. TinyJob.Sft(model, Output("run"), 2, 100_000), "--save_steps", "0"];
        using var launch = ThawProcess.Start(null, arguments);
        await UntilAsync(launch, () => TinyJob.StepOf(Output("run")) >= 3);

        ThawProcess.Signal("TERM", launch.Id);
        var end = await launch.EndAsync();

        Assert.Equal(ExitCode.Interrupted, end.Code);
        var saved = Assert.Single(Directory.EnumerateDirectories(Output("run"), "checkpoint-*"));
        Assert.Contains("thaw: interrupted; run the same command again to go on", end.ErrorLines);
        using var again = ThawProcess.Start(null, ["launch", "--processes", "1", .. TinyJob.Sft(model, Output("run"), 1, 1 + int.Parse(saved.Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture))]);
        Assert.Equal(ExitCode.Ok, (await again.EndAsync()).Code);
    }

    [Fact]
    public async Task Launch_WhenARankIsKilled_EndsWithinThirtySecondsAndSaysWhich()
    {
        var model = TinyJob.WriteModel(_folder.Path);
        using var launch = ThawProcess.Start(null, ["launch", "--processes", "2", .. TinyJob.Sft(model, Output("run"), 2, 100_000)]);
        await UntilAsync(launch, () => TinyJob.StepOf(Output("run")) >= 3);
        var ranks = launch.Children;
        Assert.Equal(2, ranks.Count);

        var clock = Stopwatch.StartNew();
        ThawProcess.Signal("KILL", ranks[1]);
        var end = await launch.EndAsync();

        Assert.Equal(ExitCode.Failed, end.Code);
        Assert.Contains("thaw: rank 1 was ended by signal 9", end.ErrorLines);
        Assert.Contains(end.ErrorLines, line => line.StartsWith("thaw: Rank 1 is gone", StringComparison.Ordinal));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.All(ranks, rank => Assert.False(Directory.Exists($"/proc/{rank}")));
        Assert.DoesNotContain(Directory.EnumerateDirectories(Output("run")), folder => folder.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Launch_WhenTheLauncherIsKilled_TheRanksSaveAndStop()
    {
        var model = TinyJob.WriteModel(_folder.Path);
        using var launch = ThawProcess.Start(null, ["launch", "--processes", "2", .. TinyJob.Sft(model, Output("run"), 2, 100_000)]);
        await UntilAsync(launch, () => TinyJob.StepOf(Output("run")) >= 3);
        var ranks = launch.Children;

        launch.Kill();

        var clock = Stopwatch.StartNew();
        while (ranks.Any(rank => Directory.Exists($"/proc/{rank}")) && clock.Elapsed < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(20);
        }

        Assert.All(ranks, rank => Assert.False(Directory.Exists($"/proc/{rank}")));
        Assert.True(Directory.Exists(Path.Combine(Output("run"), $"checkpoint-{TinyJob.StepOf(Output("run"))}")));
    }

    [Fact]
    public async Task Ranks_WithDifferentConfigurations_NameTheKey()
    {
        var model = TinyJob.WriteModel(_folder.Path);
        var port = SideBySide.FreePort();
        var ranks = Enumerable.Range(0, 2).Select(rank => ThawProcess.Start(
            new RankEnvironment(rank, 2, rank, "127.0.0.1", port), [.. TinyJob.Sft(model, Output("run"), 2, 4), "--weight_decay", $"0.{rank}"])).ToList();

        foreach (var rank in ranks)
        {
            using var owned = rank;
            var end = await rank.EndAsync();
            Assert.Equal(ExitCode.Failed, end.Code);
            Assert.Equal("thaw: Rank 1 has another configuration than rank 0: 'weight_decay: 0.1' there, 'weight_decay: 0' on rank 0.", end.ErrorLines[^1]);
        }
    }

    [Fact]
    public async Task Verb_ThatRunsInOneProcess_RefusesToBeARank()
    {
        using var process = ThawProcess.Start(new RankEnvironment(0, 2, 0, "127.0.0.1", 1), "version");

        var end = await process.EndAsync();

        Assert.Equal((ExitCode.Usage, "thaw: version runs in one process, but WORLD_SIZE says 2; only sft and grpo train on several ranks"), (end.Code, Assert.Single(end.ErrorLines)));
    }

    [Theory]
    [InlineData("launch needs a verb: sft or grpo", "--processes", "2")]
    [InlineData("launch runs sft or grpo on several ranks, not 'eval'", "--processes", "2", "eval", "--model", "x")]
    [InlineData("--processes: must lie between 1 and 1024, not 0", "--processes", "0", "sft")]
    [InlineData("--processes is required; 'thaw launch --help' shows an example", "sft")]
    [InlineData("--config needs a value", "--processes", "2", "sft", "--config")]
    public async Task Launch_WrongUsage_IsOneLine(string message, params string[] arguments)
    {
        var run = await CommandRun.Of(["launch", .. arguments]);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.StartsWith($"thaw: {message}", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8", 2, 2, 4)]
    [InlineData("3", 2, 2, 1)]
    [InlineData("1", 64, 4, 1)]
    [InlineData(null, 16, 4, 4)]
    public void ThreadsOfARank_AreItsPartOfAll(string? all, int cores, int ranks, int expected) => Assert.Equal(expected, RankJob.ThreadsOfARank(all, cores, ranks));

    private static async Task UntilAsync(ThawProcess process, Func<bool> isSo)
    {
        while (!isSo())
        {
            Assert.False(process.HasEnded, process.HasEnded ? (await process.EndAsync()).Error : "");
            await Task.Delay(5);
        }
    }

    private string Output(string name) => Path.Combine(_folder.Path, name);

    private IEnumerable<double> Losses(string name) => MetricsFile.Read(Output(name)).Select(record => record.Values["loss"]);
}
