using System.Security.Cryptography;
using Thaw.Learning.Sft;
using Thaw.Learning.Tests;
using Thaw.Learning.Training;

namespace Thaw.Cli.Tests.Launch;

/// <summary>Training runs of the command line that take a second.</summary>
internal static class TinyJob
{
    /// <summary>A model that has learnt enough of a few rooms to be rewarded now and then.</summary>
    public static string WriteModel(string folder) => SftRun.Run(
        new SftOptions
        {
            ModelNameOrPath = TinyModels.WriteSokobanFolder(Path.Combine(folder, "base")),
            OutputDir = Path.Combine(folder, "warm"),
            DatasetSize = 8,
            PerDeviceTrainBatchSize = 8,
            MaxSteps = 25,
            LearningRate = 0.01,
            Bf16 = false,
        },
        "warm",
        null,
        default);

    /// <param name="ranks">The batch is the same on any number of them.</param>
    public static IReadOnlyList<string> Sft(string model, string output, int ranks, int steps) =>
    [
        "sft", .. Common(model, output, steps), "--dataset_size", "16", "--learning_rate", "0.01", "--per_device_train_batch_size", $"{4 / ranks}",
    ];

    public static IReadOnlyList<string> Grpo(string model, string output, int ranks, int steps) =>
    [
        "grpo", .. Common(model, output, steps), "--dataset_size", "8", "--learning_rate", "0.001", "--per_device_train_batch_size", $"{8 / ranks}",
        "--num_generations", "4", "--steps_per_generation", "2", "--max_completion_length", "4",
    ];

    /// <summary>The last step whose metrics are written; 0 before the first.</summary>
    public static int StepOf(string output)
    {
        try
        {
            return MetricsFile.Read(output) is [.., var last] ? last.Step : 0;
        }
        catch (Exception error) when (error is IOException or System.Text.Json.JsonException)
        {
            // Half a line.
            return 0;
        }
    }

    /// <summary>Every file of a checkpoint, by name.</summary>
    public static SortedDictionary<string, string> Checkpoint(string output, int step) => new(
        Directory.EnumerateFiles(Path.Combine(output, $"checkpoint-{step}"), "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))),
        StringComparer.Ordinal);

    private static IEnumerable<string> Common(string model, string output, int steps) =>
    [
        "--model_name_or_path", model, "--output_dir", output, "--max_steps", $"{steps}", "--save_steps", "2", "--logging_steps", "1", "--bf16", "false",
        "--report_to", "none", "--ddp_timeout", "60",
    ];
}
