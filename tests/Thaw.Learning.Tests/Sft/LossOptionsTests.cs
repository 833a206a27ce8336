using Thaw.Core.Progress;
using Thaw.Learning.Objectives;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Sft;

/// <summary>Fine-tuning under every loss, from options to checkpoints.</summary>
public sealed class LossOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LossOptionsTests() => TinyModels.WriteSokobanFolder(_folder["base"]);

    public static TheoryData<LossType> Losses => [.. Enum.GetValues<LossType>()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Losses))]
    public void Run_UnderEveryLoss_BringsCrossEntropyDownOnItsOwnRows(LossType loss)
    {
        SftRun.Run(Options(loss.ToString(), loss), "test", null, default);

        var crossEntropy = MetricsFile.Read(_folder[loss.ToString()]).Select(record => record.Values["ce_loss"]).ToList();
        Assert.True(crossEntropy[^1] < crossEntropy[0], $"{crossEntropy[0]} became {crossEntropy[^1]}");
    }

    [Fact]
    public void Run_PullsTowardsTheBaseInWeightsAndInWords()
    {
        var free = Options("free") with { MaxSteps = 12 };
        SftRun.Run(free, "test", null, default);
        SftRun.Run(free with { OutputDir = _folder["kl"], KlCoef = 5 }, "test", null, default);
        SftRun.Run(free with { OutputDir = _folder["l2"], L2AnchorCoeff = 5 }, "test", null, default);

        var (unbound, inWords, inWeights) = (LastCrossEntropy("free"), LastCrossEntropy("kl"), LastCrossEntropy("l2"));
        Assert.True(inWords > unbound, $"{inWords} against {unbound}");
        Assert.True(inWeights > unbound, $"{inWeights} against {unbound}");

        double LastCrossEntropy(string run) => MetricsFile.Read(_folder[run])[^1].Values["ce_loss"];
    }

    [Fact]
    public void Run_PulledTowardsTheBase_LeavesNoTensors() => LiveTensors.AreNotLeftBy(() =>
        SftRun.Run(Options("kl") with { MaxSteps = 2, KlCoef = 1 }, "test", null, default));

    // 3 is within a stretch of two steps, so the old weights are neither the base's nor those of the checkpoint.
    [Theory]
    [InlineData(LossType.Psft)]
    [InlineData(LossType.Asft)]
    public void Run_Interrupted_EndsWithTheSameBytes(LossType loss)
    {
        var options = Options("whole", loss) with { PsftUpdateEvery = 2, MaxSteps = 6 };
        var whole = SftRun.Run(options, "test", null, default);
        using var cancellation = new CancellationTokenSource();
        var cancelAtThree = new Immediate(progress =>
        {
            if (progress.Done == 3)
            {
                cancellation.Cancel();
            }
        });

        var interrupted = options with { OutputDir = _folder["interrupted"] };
        Assert.Throws<OperationCanceledException>(() => SftRun.Run(interrupted, "test", cancelAtThree, cancellation.Token));
        var resumed = SftRun.Run(interrupted, "test", null, default);

        Assert.Equal(TemporaryFolder.ContentOf(whole), TemporaryFolder.ContentOf(resumed));
    }

    [Theory]
    [InlineData("kl_coef")]
    [InlineData("l2_anchor_coeff")]
    [InlineData("label_smoothing_factor")]
    [InlineData("iw_clip")]
    [InlineData("gem_beta")]
    [InlineData("token_p_min")]
    [InlineData("token_p_max")]
    public void Validate_ThatDoesNotGoTogether_NamesItsKey(string key)
    {
        var psft = Options("bad", LossType.Psft);
        var bad = key switch
        {
            "kl_coef" => psft with { KlCoef = 0.1 },
            "l2_anchor_coeff" => psft with { L2AnchorCoeff = 0.1 },
            "label_smoothing_factor" => psft with { LabelSmoothingFactor = 0.1 },
            "token_p_min" => psft with { TokenPMin = -0.1 },
            "token_p_max" => psft with { TokenPMin = 0.5, TokenPMax = 0.5 },
            "iw_clip" => psft with { IwClip = 0.5 },
            _ => psft with { GemBeta = 0 },
        };

        Assert.StartsWith($"Key '{key}' ", Assert.Throws<ArgumentException>(bad.Validate).Message, StringComparison.Ordinal);
    }

    private SftOptions Options(string name, LossType loss = LossType.Nll) => new()
    {
        ModelNameOrPath = _folder["base"],
        OutputDir = _folder[name],
        LossType = loss,
        LossAggMode = LossAggregation.SeqMeanTokenMean,
        DatasetSize = 8,
        PerDeviceTrainBatchSize = 8,
        MaxSteps = 8,
        LoggingSteps = 1,
        LearningRate = 0.003,
        LrSchedulerType = ScheduleKind.Constant,
        WarmupRatio = 0,
    };

    private sealed class Immediate(Action<WorkProgress> report) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => report(value);
    }
}
