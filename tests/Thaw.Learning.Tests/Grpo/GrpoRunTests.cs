using Thaw.Core.Progress;
using Thaw.Learning.Grpo;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Grpo;

public sealed class GrpoRunTests(WarmModel model) : IClassFixture<WarmModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_FromAWarmStart_EarnsMore()
    {
        GrpoRun.Run(Options("grpo") with { ModelNameOrPath = model.Warm, MaxSteps = 25, PerDeviceTrainBatchSize = 64, NumGenerations = 8, LearningRate = 0.003 }, "test", null, default);

        var rewards = MetricsFile.Read(_folder["grpo"]).Select(record => record.Values["reward"]).ToList();
        Assert.InRange(rewards[..3].Average(), 0.02, 0.9);
        Assert.True(rewards[^3..].Average() > rewards[..3].Average() + 0.05, string.Join(' ', rewards));
    }

    // Step 3 is the second of the four updates of round 1, whose sampling weights are gone.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public void Run_Interrupted_EndsWithTheSameBytes(int stepsPerGeneration, int iterations)
    {
        var options = Options("whole") with { MaxSteps = 7, StepsPerGeneration = stepsPerGeneration, NumIterations = iterations, Beta = 0.1 };
        var whole = GrpoRun.Run(options, "test", null, default);
        using var cancellation = new CancellationTokenSource();
        var interrupted = options with { OutputDir = _folder["interrupted"] };

        Assert.Throws<OperationCanceledException>(() => GrpoRun.Run(interrupted, "test", new CancelAt(6, cancellation), cancellation.Token));
        var resumed = GrpoRun.Run(interrupted, "test", null, default);

        Assert.Equal(TemporaryFolder.ContentOf(whole), TemporaryFolder.ContentOf(resumed));
    }

    [Theory]
    [InlineData(GrpoLoss.Dapo)]
    [InlineData(GrpoLoss.Grpo)]
    [InlineData(GrpoLoss.DrGrpo)]
    public void Run_UnderEveryAverage_MakesItsSteps(GrpoLoss loss)
    {
        var options = Options(loss.ToString()) with { LossType = loss, ImportanceSamplingLevel = RatioLevel.Sequence, MaskTruncatedCompletions = true, MaxSteps = 2 };

        Assert.EndsWith("checkpoint-2", GrpoRun.Run(options, "test", null, default), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OnAnUnknownReward_NamesThoseThereAre()
    {
        var error = Assert.Throws<ArgumentException>(() => GrpoRun.Run(Options("x") with { RewardFuncs = ["beauty"] }, "test", null, default));

        Assert.Equal("Key 'reward_funcs' names 'beauty'; for turns of sokoban there are thaw, paper, paper-eval, paper-format, progress, format.", error.Message);
    }

    [Theory]
    [InlineData("num_generations")]
    [InlineData("per_device_train_batch_size")]
    [InlineData("reward_weights")]
    [InlineData("temperature")]
    [InlineData("max_sampler_gap")]
    [InlineData("lora_dropout")]
    [InlineData("dataset_name")]
    [InlineData("kl_coef")]
    public void Validate_SettingOutOfItsRange_NamesItsKey(string key)
    {
        var bad = key switch
        {
            "num_generations" => Options("x") with { NumGenerations = 1 },
            "reward_weights" => Options("x") with { RewardWeights = [1, 2] },
            "temperature" => Options("x") with { Temperature = 0 },
            "max_sampler_gap" => Options("x") with { MaxSamplerGap = 0 },
            "lora_dropout" => Options("x") with { LoraDropout = 0.05 },
            "dataset_name" => Options("x") with { DatasetName = "x", Rollout = RolloutKind.Episode },
            "kl_coef" => Options("x") with { KlCoef = -1 },
            _ => Options("x") with { PerDeviceTrainBatchSize = 6 },
        };

        Assert.StartsWith($"Key '{key}' ", Assert.Throws<ArgumentException>(bad.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_EveryStep_HasTheMetricsOfTrl()
    {
        GrpoRun.Run(Options("metrics") with { Beta = 0.1, RewardFuncs = ["thaw", "format"] }, "test", null, default);

        var metrics = MetricsFile.Read(_folder["metrics"]);
        string[] expected =
        [
            "num_tokens", "step_time", "completions/mean_length", "completions/min_length", "completions/max_length", "completions/mean_terminated_length",
            "completions/min_terminated_length", "completions/max_terminated_length", "completions/clipped_ratio", "rewards/thaw/mean", "rewards/thaw/std", "rewards/format/mean",
            "rewards/format/std", "reward", "reward_std", "frac_reward_zero_std", "entropy", "kl", "clip_ratio/low_mean", "clip_ratio/low_min", "clip_ratio/high_mean",
            "clip_ratio/high_max", "clip_ratio/region_mean", "loss", "grad_norm", "learning_rate", "sampler_gap",
        ];
        Assert.All(metrics, record => Assert.Subset(record.Values.Keys.ToHashSet(), expected.ToHashSet()));
        Assert.All(metrics, record => Assert.All(record.Values, value => Assert.True(double.IsFinite(value.Value), value.Key)));
        Assert.True(metrics[1].Values["num_tokens"] > metrics[0].Values["num_tokens"]);
        Assert.Equal(0, metrics[0].Values["kl"], 1e-9);
    }

    [Fact]
    public void Run_OnRewardsWithoutSpread_LeavesTheWeightsToTheOptimizer()
    {
        // An untrained model never answers in the right form, so nothing is learnt, and without decay nothing moves.
        var folder = GrpoRun.Run(Options("still") with { DropZeroStdGroups = true, WeightDecay = 0, MaxSteps = 2 }, "test", null, default);

        Assert.All(MetricsFile.Read(_folder["still"]), record => Assert.Equal((1, 0), (record.Values["frac_reward_zero_std"], record.Values["grad_norm"])));
        Assert.Equal(File.ReadAllBytes(Path.Combine(model.Raw, "model.safetensors")), File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
    }

    [Fact]
    public void Run_WithAPenaltyInTheReward_StaysNearerToItsStart()
    {
        var options = Options("free") with { ModelNameOrPath = model.Warm, RewardFuncs = ["format"], PerDeviceTrainBatchSize = 32, MaxSteps = 12, LearningRate = 0.003 };
        GrpoRun.Run(options with { UseKlInReward = true, KlCoef = 1e-6 }, "test", null, default);
        GrpoRun.Run(options with { OutputDir = _folder["held"], UseKlInReward = true, KlCoef = 1 }, "test", null, default);

        // The penalty over its coefficient is the divergence from the start in a completion, nats.
        var (free, held) = (Divergences("free", 1e-6), Divergences("held", 1));
        Assert.Equal(0, held[0], 1e-4);
        Assert.True(held[^3..].Average() < free[^3..].Average() / 2, $"{held[^1]} {free[^1]}");

        List<double> Divergences(string name, double coefficient) =>
            [.. MetricsFile.Read(_folder[name]).Select(record => record.Values["reward_kl_penalty"] / coefficient)];
    }

    [Fact]
    public void Run_ForEpochs_GoesOverThePromptsSoOften()
    {
        // 8 prompts, 4 in a round of 2 updates: three passes are 6 rounds.
        var folder = GrpoRun.Run(Options("epochs") with { NumTrainEpochs = 3, NumIterations = 2 }, "test", null, default);

        Assert.EndsWith("checkpoint-12", folder, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => GrpoRun.Run(Options("x") with { NumTrainEpochs = 0.1 }, "test", null, default));
    }

    [Fact]
    public void Run_WithAnAdapter_TrainsItAlone()
    {
        var options = Options("lora") with { ModelNameOrPath = model.Warm, UsePeft = true, LoraR = 4, LearningRate = 0.01, Beta = 0.05, MaxSamplerGap = 1e-4 };
        var folder = GrpoRun.Run(options, "test", null, default);

        Assert.True(File.Exists(Path.Combine(folder, "adapter_model.safetensors")));
        Assert.False(File.Exists(Path.Combine(folder, "model.safetensors")));
        Assert.True(MetricsFile.Read(_folder["lora"])[^1].Values["kl"] > 0);
    }

    [Fact]
    public void Run_LoggingCompletions_WritesSomeOfEachLoggedStep()
    {
        GrpoRun.Run(Options("logged") with { LogCompletions = true, NumCompletionsToPrint = 6, LoggingSteps = 2 }, "test", null, default);

        var files = Directory.GetFiles(_folder["logged/completions"]).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["step-000002.jsonl", "step-000004.jsonl"], files.Select(Path.GetFileName));
        Assert.All(files, file => Assert.Equal(6, File.ReadLines(file).Count()));
        Assert.StartsWith("{\"step\":2,\"group\":0,\"sample\":0,\"turn\":1,\"prompt\":\"", File.ReadLines(files[0]).First(), StringComparison.Ordinal);
    }

    private GrpoOptions Options(string name) => model.Options(_folder[name]);

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
