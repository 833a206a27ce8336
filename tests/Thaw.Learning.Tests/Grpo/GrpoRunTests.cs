using Thaw.Core.Progress;
using Thaw.Learning.Grpo;
using Thaw.Learning.Objectives;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Grpo;

public sealed class GrpoRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GrpoRunTests() => TinyModels.WriteSokobanFolder(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_InFloat32_SamplesWithTheTrainersOwnProbabilities()
    {
        GrpoRun.Run(Options("gap"), "test", null, default);

        var metrics = MetricsFile.Read(_folder["gap"]);
        Assert.Equal(4, metrics.Count);

        // The engine and the trainer add up the same products in another order: about 1e-6 here.
        Assert.All(metrics, record => Assert.InRange(record.Values["sampler_gap"], 0, 1e-4));
        Assert.All(metrics, record => Assert.True(record.Values.ContainsKey("completions/clipped_ratio")));
    }

    [Fact]
    public void Run_FromAWarmStart_EarnsMore()
    {
        var warm = new SftOptions
        {
            ModelNameOrPath = _folder["base"],
            OutputDir = _folder["warm"],
            DatasetSize = 8,
            PerDeviceTrainBatchSize = 8,
            MaxSteps = 25,
            LearningRate = 0.01,
            Bf16 = false,
        };
        var start = SftRun.Run(warm, "test", null, default);

        GrpoRun.Run(Options("grpo") with { ModelNameOrPath = start, MaxSteps = 25, PerDeviceTrainBatchSize = 64, NumGenerations = 8, LearningRate = 0.003 }, "test", null, default);

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

        Assert.Equal("Key 'reward_funcs' names 'beauty'; sokoban has thaw, paper, paper-eval, format.", error.Message);
    }

    [Theory]
    [InlineData("num_generations")]
    [InlineData("per_device_train_batch_size")]
    [InlineData("reward_weights")]
    public void Validate_SettingOutOfItsRange_NamesItsKey(string key)
    {
        var bad = key switch
        {
            "num_generations" => Options("x") with { NumGenerations = 1 },
            "reward_weights" => Options("x") with { RewardWeights = [1, 2] },
            _ => Options("x") with { PerDeviceTrainBatchSize = 6 },
        };

        Assert.StartsWith($"Key '{key}' ", Assert.Throws<ArgumentException>(bad.Validate).Message, StringComparison.Ordinal);
    }

    private GrpoOptions Options(string name) => new()
    {
        ModelNameOrPath = _folder["base"],
        OutputDir = _folder[name],
        DatasetSize = 8,
        PerDeviceTrainBatchSize = 16,
        NumGenerations = 4,
        MaxCompletionLength = 6,
        MaxSteps = 4,
        LoggingSteps = 1,
        LearningRate = 0.001,
        DropZeroStdGroups = false,
        Bf16 = false,
    };

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
