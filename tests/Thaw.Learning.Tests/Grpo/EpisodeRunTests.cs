using Thaw.Core.Progress;
using Thaw.Core.Tasks;
using Thaw.Learning.Grpo;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Grpo;

public sealed class EpisodeRunTests(WarmModel model) : IClassFixture<WarmModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_OnEpisodes_PaysEveryTurnForTheWhole()
    {
        GrpoRun.Run(Options("run") with { RewardFuncs = ["solved", "environment", "format"], RewardWeights = [1, 0.1, 0.5], LogCompletions = true, NumCompletionsToPrint = 1000 }, "test", null, default);

        var metrics = MetricsFile.Read(_folder["run"])[0].Values;
        Assert.InRange(metrics["rewards/solved/mean"], 0.0, 1.0);
        Assert.Equal(
            metrics["rewards/solved/mean"] + (0.1 * metrics["rewards/environment/mean"]) + (0.5 * metrics["rewards/format/mean"]), metrics["reward"], 1e-9);
        Assert.InRange(metrics["episodes/mean_turns"], 1.0, 30.0);

        // Played again from what was logged, each episode ends where it was paid, and every turn has the same advantage.
        var exercises = TaskCatalog.Find("sokoban").Practise(Options("x").PlanOf(TaskCatalog.Find("sokoban"))).Take(8).ToList();
        var rows = Core.Storage.JsonLines.Read<Logged>(Directory.GetFiles(_folder["run/completions"]).Order(StringComparer.Ordinal).First()).ToList();
        Assert.Equal(8, rows.Select(row => (row.Group, row.Sample)).Distinct().Count());
        foreach (var turns in rows.GroupBy(row => (row.Group, row.Sample)))
        {
            var episode = exercises.Select(exercise => exercise.Begin()).Single(begun => turns.First().Prompt == begun.Prompt.Text);
            var valid = 0;
            foreach (var turn in turns)
            {
                Assert.Equal(episode.Prompt.Text, turn.Prompt);
                valid += episode.Play(turn.Completion.Replace("<|im_end|>", "", StringComparison.Ordinal)).IsValid ? 1 : 0;
            }

            Assert.True(episode.IsOver);
            Assert.Equal(episode.IsSolved ? 1 : 0, turns.First().Rewards["solved"]);
            Assert.Equal((double)valid / turns.Count(), turns.First().Rewards["format"], 1e-12);
            Assert.Equal(episode.RewardOf("environment"), turns.First().Rewards["environment"], 1e-9);
            Assert.Single(turns.Select(turn => turn.Advantage).Distinct());
        }
    }

    [Fact]
    public void Run_APositionThatComesAgain_IsAnsweredAnew()
    {
        // The untrained model never moves, so each episode is thirty turns of one prompt.
        GrpoRun.Run(Options("raw") with { ModelNameOrPath = model.Raw, MaxSteps = 1, LogCompletions = true, NumCompletionsToPrint = 30 }, "test", null, default);

        var rows = Core.Storage.JsonLines.Read<Logged>(Directory.GetFiles(_folder["raw/completions"]).Single()).ToList();
        Assert.Single(rows.Select(row => (row.Sample, row.Prompt)).Distinct());
        Assert.Equal(30, rows.Select(row => row.Completion).Distinct().Count());
    }

    [Fact]
    public void Run_Again_GivesTheSameBytes()
    {
        var (one, other) = (GrpoRun.Run(Options("one"), "test", null, default), GrpoRun.Run(Options("other") with { MaxRows = 3 }, "test", null, default));

        // How many episodes are played at once has no effect on any of them.
        Assert.Equal(TemporaryFolder.ContentOf(one), TemporaryFolder.ContentOf(other));
    }

    [Fact]
    public void Run_Interrupted_EndsWithTheSameBytes()
    {
        var options = Options("whole") with { MaxSteps = 5, StepsPerGeneration = 2, NumIterations = 2, UseKlInReward = true, KlCoef = 0.1 };
        var whole = GrpoRun.Run(options, "test", null, default);
        using var cancellation = new CancellationTokenSource();
        var interrupted = options with { OutputDir = _folder["interrupted"] };

        Assert.Throws<OperationCanceledException>(() => GrpoRun.Run(interrupted, "test", new CancelAt(3, cancellation), cancellation.Token));
        var resumed = GrpoRun.Run(interrupted, "test", null, default);

        Assert.Equal(TemporaryFolder.ContentOf(whole), TemporaryFolder.ContentOf(resumed));
        Assert.Equal(Metrics("whole"), Metrics("interrupted"));
    }

    [Fact]
    public void Run_OnAnUnknownReward_NamesThoseOfEpisodes()
    {
        var error = Assert.Throws<ArgumentException>(() => GrpoRun.Run(Options("x") with { RewardFuncs = ["thaw"] }, "test", null, default));

        Assert.Equal("Key 'reward_funcs' names 'thaw'; for episodes of sokoban there are solved, environment, format.", error.Message);
    }

    // Without what says how long something took.
    private List<string> Metrics(string name) => [.. MetricsFile.Read(_folder[name]).Select(record => string.Join(' ', record.Values
        .Where(value => !value.Key.StartsWith("train/", StringComparison.Ordinal) && value.Key != "step_time")
        .Select(value => $"{record.Step} {value.Key} {value.Value}")))];

    private GrpoOptions Options(string name) => model.Options(_folder[name]) with
    {
        ModelNameOrPath = model.Warm,
        Rollout = RolloutKind.Episode,
        PerDeviceTrainBatchSize = 8,
        MaxSteps = 2,
        MaxCompletionLength = 12,
    };

    private sealed record Logged(int Group, int Sample, string Prompt, string Completion, IReadOnlyDictionary<string, double> Rewards, double Advantage);

    private sealed class CancelAt(long step, CancellationTokenSource source) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            if (value.Done == step)
            {
                source.Cancel();
            }
        }
    }
}
