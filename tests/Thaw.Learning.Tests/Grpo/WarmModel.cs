using Thaw.Core.Demonstrations;
using Thaw.Learning.Grpo;
using Thaw.Learning.Sft;

namespace Thaw.Learning.Tests.Grpo;

/// <summary>A tiny model that has never been trained, and one that some steps of fine-tuning have warmed up: it answers in the right form, and ends.</summary>
public sealed class WarmModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WarmModel()
    {
        TinyModels.WriteSokobanFolder(Raw);
        var options = new SftOptions
        {
            ModelNameOrPath = Raw,
            OutputDir = _folder["warm"],
            DatasetSize = 8,
            PerDeviceTrainBatchSize = 8,
            MaxSteps = 25,
            LearningRate = 0.01,
            Bf16 = false,
        };
        Warm = SftRun.Run(options, "test", null, default);
    }

    public string Raw => _folder["raw"];

    public string Warm { get; }

    /// <summary>A short run from the raw model, in float32, that logs every step.</summary>
    internal GrpoOptions Options(string outputDir) => new()
    {
        ModelNameOrPath = Raw,
        OutputDir = outputDir,
        DatasetSize = 8,
        PerDeviceTrainBatchSize = 16,
        NumGenerations = 4,
        MaxCompletionLength = 6,
        MaxSteps = 4,
        LoggingSteps = 1,
        LearningRate = 0.001,
        DropZeroStdGroups = false,
        Bf16 = false,
        Diversity = Diversity.Frozen,
    };

    public void Dispose() => _folder.Dispose();
}
