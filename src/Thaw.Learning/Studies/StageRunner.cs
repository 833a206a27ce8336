using System.Text.Json;
using Thaw.Core.Generation;
using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Learning.Collecting;
using Thaw.Learning.Grpo;
using Thaw.Learning.Preferences;
using Thaw.Learning.Sft;

namespace Thaw.Learning.Studies;

/// <summary>Runs the stages of a study in their order, each from what earlier ones left. What is finished is never done again.</summary>
internal sealed class StageRunner(StudyOptions options, IProgress<WorkProgress>? progress, Func<CollectOptions, string, ITextGenerator>? endpoint)
{
    private const string ResultName = "stage.json";

    /// <exception cref="OperationCanceledException">Running again goes on where this stopped.</exception>
    public void Run(CancellationToken cancellation)
    {
        foreach (var stage in options.Stages ?? [])
        {
            var result = Path.Combine(FolderOf(stage.Name), ResultName);
            if (!File.Exists(result))
            {
                var checkpoint = Run(stage, cancellation);
                var relative = checkpoint is null ? null : Path.GetRelativePath(FolderOf(stage.Name), checkpoint);
                AtomicFile.WriteText(result, JsonSerializer.Serialize(new Result(stage.KindOrNull!, relative), JsonFormat.Indented) + "\n");
            }
        }
    }

    public string FolderOf(string stage) => Path.Combine(options.OutputDir, "stages", stage);

    /// <summary>The folder with the metrics of a stage that trains; of rounds, the last one's.</summary>
    public string TrainingFolderOf(StudyStage stage) => stage.Rft is { } rft ? Path.Combine(FolderOf(stage.Name), $"round-{rft.Rounds}", "sft") : FolderOf(stage.Name);

    /// <summary>The weights that a finished stage ended with.</summary>
    public string CheckpointOf(string stage)
    {
        var path = Path.Combine(FolderOf(stage), ResultName);
        var result = JsonSerializer.Deserialize<Result>(File.ReadAllText(path), JsonFormat.Line)!;
        return Path.Combine(FolderOf(stage), result.Checkpoint ?? throw new InvalidDataException($"{path}: names no checkpoint."));
    }

    // The checkpoint, or null where the stage collects.
    private string? Run(StudyStage stage, CancellationToken cancellation)
    {
        var (folder, name) = (FolderOf(stage.Name), stage.Name);
        var settings = new StageSettings(options, folder, stage.From is { } from ? CheckpointOf(from) : options.ModelNameOrPath, DataOf(stage));
        if (stage.Collect is { } collect)
        {
            var yield = CollectRun.Run(settings.Of(collect), name, progress, cancellation, endpoint);
            return yield.Rows > 0 ? null : throw new InvalidDataException($"{folder}: none of {yield.Total.Samples} samples was correct, so there is nothing to go on with.");
        }

        return stage.Sft is { } sft ? SftRun.Run(settings.Of(sft), name, progress, cancellation)
            : stage.Grpo is { } grpo ? GrpoRun.Run(settings.Of(grpo), name, progress, cancellation)
            : stage.Dpo is { } dpo ? DpoRun.Run(settings.Of(dpo), name, progress, cancellation)
            : RftRun.Run(settings.Of(stage.Rft!), name, progress, cancellation)[^1].Checkpoint;
    }

    // Rows to learn from, or samples to pair.
    private string? DataOf(StudyStage stage) =>
        stage.Data is { } data ? Path.Combine(FolderOf(data), stage.Dpo is null ? CollectRun.TrainName : CollectRun.SamplesName) : null;

    /// <param name="Checkpoint">Within the stage's folder; null of a stage that collects.</param>
    private sealed record Result(string Kind, string? Checkpoint);
}
