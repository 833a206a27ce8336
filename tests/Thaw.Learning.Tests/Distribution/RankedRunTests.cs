using Thaw.Learning.Grpo;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Distribution;

/// <summary>Whole runs on two ranks against one with the same global batch, and from one number of ranks to another.</summary>
public sealed class RankedRunTests : IDisposable
{
    // Losses of about 5 after updates whose float32 sums were added up in another order.
    private const double Tolerance = 1e-5;

    private readonly TemporaryFolder _folder = new();

    public RankedRunTests() => TinyModels.WriteSokobanFolder(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(OptimizerKind.Adamw)]
    [InlineData(OptimizerKind.Muon)]
    public void Sft_OnTwoRanks_HasTheLossesOfOneAndItsFiles(OptimizerKind kind)
    {
        var one = Sft(1, Options("one") with { Optim = kind, PerDeviceTrainBatchSize = 6, EvalSteps = 3, EvalInstances = 2, EvalSplits = ["id"] });
        var two = Sft(2, Options("two") with { Optim = kind, EvalSteps = 3, EvalInstances = 2, EvalSplits = ["id"] });

        Assert.EndsWith("two/checkpoint-6", two, StringComparison.Ordinal);
        AssertSameMetrics("one", "two");
        Assert.Equal(TemporaryFolder.ContentOf(one).Select(f => (f.Key, f.Value.Length)).Where(f => f.Key != TrainingState.FileName), TemporaryFolder.ContentOf(two).Select(f => (f.Key, f.Value.Length)).Where(f => f.Key != TrainingState.FileName));
    }

    [Fact]
    public void Sft_OfAnAdapter_HasTheLossesOfOne()
    {
        var options = Options("one") with { UsePeft = true, LoraDropout = 0, LoraR = 2 };
        Sft(1, options with { PerDeviceTrainBatchSize = 6 });

        Sft(2, options with { OutputDir = _folder["two"] });

        AssertSameMetrics("one", "two");
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    public void Sft_ResumedOnAnotherNumberOfRanks_GoesOnAsIfNothingWas(int before, int after)
    {
        Sft(1, Options("whole") with { PerDeviceTrainBatchSize = 6 });
        Sft(before, Options("moved") with { PerDeviceTrainBatchSize = 6 / before, MaxSteps = 3 });

        Sft(after, Options("moved") with { PerDeviceTrainBatchSize = 6 / after });

        AssertSameMetrics("whole", "moved");
    }

    [Fact]
    public void Sft_StoppedEarlyByRankZero_StopsOnAll()
    {
        var options = Options("early") with { EvalSteps = 1, EvalInstances = 1, EvalSplits = ["id"], EarlyStoppingPatience = 2, SaveSteps = 1 };

        // The untrained model solves nothing: the first evaluation is the best one, and the two after it gain nothing.
        Assert.EndsWith("early/checkpoint-3", Sft(2, options), StringComparison.Ordinal);
    }

    [Fact]
    public void Sft_TwiceOnTwoRanks_EndsWithTheSameBytes() =>
        Assert.Equal(TemporaryFolder.ContentOf(Sft(2, Options("a"))), TemporaryFolder.ContentOf(Sft(2, Options("b"))));

    [Fact]
    public void Sft_OnOtherData_NamesTheRank()
    {
        var errors = RankThreads.Errors(2, ranks => SftRun.Run(Options("x") with { Seed = (ulong)ranks.Number }, "test", null, default, ranks));

        Assert.All(errors, error => Assert.StartsWith("Rank 1 has another training data than rank 0: ", Assert.IsType<InvalidDataException>(error).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Sft_FromAnotherModel_NamesTheRank()
    {
        TinyModels.WriteSokobanFolder(_folder["other"], seed: 2);

        var errors = RankThreads.Errors(2, ranks => SftRun.Run(
            Options("x") with { ModelNameOrPath = ranks.IsFirst ? _folder["base"] : _folder["other"] }, "test", null, default, ranks));

        Assert.All(errors, error => Assert.StartsWith("Rank 1 has another model than rank 0: ", Assert.IsType<InvalidDataException>(error).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Sft_CancelledOnOneRank_SavesOnceAndGoesOn()
    {
        Sft(2, Options("whole"));
        using var cancellation = new CancellationTokenSource();

        // Rank 1 alone is told, and notices before its first step: nothing to save yet, so both stop.
        cancellation.Cancel();
        var errors = RankThreads.Errors(2, ranks => SftRun.Run(Options("cut"), "test", null, ranks.Number == 1 ? cancellation.Token : default, ranks));
        Assert.All(errors, error => Assert.IsType<OperationCanceledException>(error));

        Sft(2, Options("cut"));
        AssertSameMetrics("whole", "cut");
    }

    [Fact]
    public void Grpo_OnTwoRanks_HasTheRolloutsLossesAndRewardsOfOne()
    {
        var start = Warm();
        Grpo(1, Grpo("one", start) with { PerDeviceTrainBatchSize = 24 });

        Grpo(2, Grpo("two", start) with { PerDeviceTrainBatchSize = 12 });

        Assert.Contains(MetricsFile.Read(_folder["one"]), record => record.Values["reward_std"] > 0);
        AssertSameMetrics("one", "two");
    }

    // Step 3 is in the middle of a round, whose rollouts the checkpoint holds.
    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void Grpo_ResumedOnAnotherNumberOfRanks_GoesOnAsIfNothingWas(int before, int after)
    {
        var start = Warm();
        Grpo(1, Grpo("whole", start) with { PerDeviceTrainBatchSize = 16 });
        Grpo(before, Grpo("moved", start) with { PerDeviceTrainBatchSize = 16 / before, MaxSteps = 3 });

        Grpo(after, Grpo("moved", start) with { PerDeviceTrainBatchSize = 16 / after });

        AssertSameMetrics("whole", "moved");
    }

    private void AssertSameMetrics(string expected, string actual)
    {
        var pairs = MetricsFile.Read(_folder[expected]).Zip(MetricsFile.Read(_folder[actual])).ToList();
        Assert.Equal(MetricsFile.Read(_folder[expected]).Select(m => m.Step), MetricsFile.Read(_folder[actual]).Select(m => m.Step));
        foreach (var ((step, one), (_, other)) in pairs)
        {
            Assert.Equal(one.Keys, other.Keys);
            foreach (var (key, value) in one.Where(metric => !MetricsFile.IsTime(metric.Key)))
            {
                // A gradient norm is about ten times a loss here.
                Assert.True(Math.Abs(value - other[key]) <= Tolerance * (key == "grad_norm" ? 10 : 1), $"step {step}: {key} is {other[key]:R}, not {value:R}");
            }
        }
    }

    private static string Sft(int count, SftOptions options) => RankThreads.Run(count, ranks => SftRun.Run(options, "test", null, default, ranks))[0];

    private static string Grpo(int count, GrpoOptions options) => RankThreads.Run(count, ranks => GrpoRun.Run(options, "test", null, default, ranks))[0];

    private string Warm() => SftRun.Run(
        Options("warm") with { DatasetSize = 8, PerDeviceTrainBatchSize = 8, MaxSteps = 25 }, "test", null, default);

    private SftOptions Options(string name) => new()
    {
        ModelNameOrPath = _folder["base"],
        OutputDir = _folder[name],
        DatasetSize = 18,
        PerDeviceTrainBatchSize = 3,
        MaxSteps = 6,
        LoggingSteps = 1,
        LearningRate = 0.01,
        WarmupRatio = 0,
        LrSchedulerType = ScheduleKind.Constant,
        MaxCompletionLength = 4,
        MaxGradNorm = 1,
        EvalMaxTimeShare = 1,
        Bf16 = false,
    };

    private GrpoOptions Grpo(string name, string start) => new()
    {
        ModelNameOrPath = start,
        OutputDir = _folder[name],
        DatasetSize = 8,
        NumGenerations = 4,
        StepsPerGeneration = 2,
        MaxCompletionLength = 6,
        MaxSteps = 5,
        LoggingSteps = 1,
        LearningRate = 0.001,
        ScaleRewards = RewardScaling.Batch,
        Bf16 = false,
    };
}
