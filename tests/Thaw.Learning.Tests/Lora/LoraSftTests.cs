using Thaw.Core.Demonstrations;
using Thaw.Core.Progress;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Lora;

public sealed class LoraSftTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LoraSftTests() => TinyModels.WriteSokobanFolder(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_WithPeft_WritesAnAdapterThatLoadsOnTheBaseAndLearns()
    {
        var checkpoint = SftRun.Run(Options("a"), "a", null, default);

        Assert.Equal(
            ["adapter_config.json", "adapter_model.safetensors", "optimizer.safetensors", "tokenizer.json", "trainer_state.json"],
            Directory.EnumerateFiles(checkpoint).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var model = ModelFolder.Load(_folder["base"], makeAdapter: AdapterFolder.ReaderOrNull(checkpoint, default));
        Assert.Equal(_folder["base"], model.Decoder.Adapter!.BaseModel);
        Assert.Equal(new LoraOptions(4, 8, 0.1, ["q_proj", "up_proj"], true) with { Targets = [] }, model.Decoder.Adapter.Options with { Targets = [] });
        var losses = MetricsFile.Read(_folder["a"]).Select(record => record.Values["loss"]).ToList();
        Assert.True(losses[^1] < losses[0], string.Join(' ', losses));
    }

    [Theory]
    [InlineData(OptimizerKind.Adamw)]
    [InlineData(OptimizerKind.Muon)]
    public void Run_StoppedAndResumed_EndsWithTheSameBytes(OptimizerKind kind)
    {
        var undisturbed = SftRun.Run(Options("a") with { Optim = kind }, "a", null, default);
        using var stop = new CancellationTokenSource();
        var progress = new StopAt(3, stop);
        Assert.Throws<OperationCanceledException>(() => SftRun.Run(Options("b") with { Optim = kind }, "b", progress, stop.Token));
        Assert.True(Directory.Exists(_folder["b/checkpoint-3"]));

        var resumed = SftRun.Run(Options("b") with { Optim = kind }, "b", null, default);

        Assert.Equal(TemporaryFolder.ContentOf(undisturbed), TemporaryFolder.ContentOf(resumed));
    }

    [Fact]
    public void Run_OnABaseKeptInBFloat16_TrainsFloat32Factors()
    {
        var checkpoint = SftRun.Run(Options("a") with { Dtype = WeightType.Bfloat16 }, "a", null, default);

        using var weights = CheckpointWeights.Open(checkpoint, "adapter_model");
        Assert.All(weights.Entries, entry => Assert.Equal(SafetensorsType.F32, entry.Type));
        Assert.Contains(weights.Entries, entry => entry.Name.EndsWith("lora_B.weight", StringComparison.Ordinal) && weights.Read(entry.Name).Any(b => b != 0));
    }

    [Fact]
    public void Run_LeavesNoTensors() => LiveTensors.AreNotLeftBy(() => SftRun.Run(Options("a"), "a", null, default));

    [Theory]
    [InlineData("lora_r")]
    [InlineData("lora_alpha")]
    [InlineData("lora_dropout")]
    [InlineData("lora_target_modules")]
    [InlineData("dtype")]
    public void Validate_SettingOutOfItsRange_NamesItsKey(string key)
    {
        var good = Options("a");
        good.Validate();
        var bad = key switch
        {
            "lora_r" => good with { LoraR = 0 },
            "lora_alpha" => good with { LoraAlpha = 0 },
            "lora_dropout" => good with { LoraDropout = 1 },
            "lora_target_modules" => good with { LoraTargetModules = [] },
            _ => good with { UsePeft = false, Dtype = WeightType.Bfloat16 },
        };

        Assert.StartsWith($"Key '{key}' ", Assert.Throws<ArgumentException>(bad.Validate).Message, StringComparison.Ordinal);
    }

    private SftOptions Options(string name) => new()
    {
        ModelNameOrPath = _folder["base"],
        OutputDir = _folder[name],
        Diversity = Diversity.Frozen,
        DatasetSize = 8,
        PerDeviceTrainBatchSize = 4,
        MicroBatchSize = 2,
        MaxSteps = 6,
        LoggingSteps = 1,
        LearningRate = 0.02,
        WarmupRatio = 0,
        MaxCompletionLength = 4,
        UsePeft = true,
        LoraR = 4,
        LoraAlpha = 8,
        LoraDropout = 0.1,
        LoraTargetModules = ["q_proj", "up_proj"],
        UseRslora = true,
    };

    // Asks to stop when a step is done.
    private sealed class StopAt(int step, CancellationTokenSource stop) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            if (value.Done == step)
            {
                stop.Cancel();
            }
        }
    }
}
