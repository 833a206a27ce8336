using Thaw.Learning.Sft;

namespace Thaw.Learning.Tests.Collecting;

/// <summary>A tiny model that answers training prompts in the right form, and rightly at times.</summary>
internal static class WarmTeacher
{
    /// <returns>The folder of the checkpoint.</returns>
    public static string Write(string @base, string output)
    {
        TinyModels.WriteSokobanFolder(@base);
        return SftRun.Run(
            new SftOptions
            {
                ModelNameOrPath = @base,
                OutputDir = output,
                DatasetSize = 8,
                PerDeviceTrainBatchSize = 8,
                MaxSteps = 25,
                LearningRate = 0.01,
                Bf16 = false,
            },
            "warm",
            null,
            default);
    }
}
