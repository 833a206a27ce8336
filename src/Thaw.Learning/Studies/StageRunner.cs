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
internal sealed class StageRunner(StudyOptions options, IProgress<WorkProgress>? progress, Func<CollectOptions, ITextGenerator>? endpoint)
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
        var model = stage.From is { } from ? CheckpointOf(from) : options.ModelNameOrPath;
        if (stage.Sft is { } sft)
        {
            return SftRun.Run(Share(sft) with { OutputDir = folder, ModelNameOrPath = model, DatasetName = DataOf(stage, CollectRun.TrainName) ?? sft.DatasetName }, name, progress, cancellation);
        }

        if (stage.Grpo is { } grpo)
        {
            return GrpoRun.Run(Share(grpo) with { OutputDir = folder, ModelNameOrPath = model }, name, progress, cancellation);
        }

        if (stage.Dpo is { } dpo)
        {
            return DpoRun.Run(Share(dpo) with { OutputDir = folder, ModelNameOrPath = model, DatasetName = DataOf(stage, CollectRun.SamplesName) ?? dpo.DatasetName }, name, progress, cancellation);
        }

        if (stage.Rft is { } rft)
        {
            var shared = rft with { OutputDir = folder, ModelNameOrPath = model, Task = options.Task, Seed = options.Seed, Collect = Share(rft.Collect), Sft = Share(rft.Sft) };
            return RftRun.Run(shared, name, progress, cancellation)[^1].Checkpoint;
        }

        var collect = Share(stage.Collect!);
        collect = collect with { OutputDir = folder, ModelNameOrPath = collect.Kind == TeacherKind.Checkpoint ? model : "" };
        var yield = CollectRun.Run(collect, name, progress, cancellation, endpoint);
        return yield.Rows > 0 ? null : throw new InvalidDataException($"{folder}: none of {yield.Total.Samples} samples was correct, so there is nothing to go on with.");
    }

    private string? DataOf(StudyStage stage, string file) => stage.Data is { } data ? Path.Combine(FolderOf(data), file) : null;

    private SftOptions Share(SftOptions own) => own with
    {
        Task = options.Task,
        Seed = options.Seed,
        EvalSplits = options.Splits,
        Format = options.Format ?? own.Format,
        MaxCompletionLength = options.MaxCompletionLength ?? own.MaxCompletionLength,
    };

    private GrpoOptions Share(GrpoOptions own) => own with
    {
        Task = options.Task,
        Seed = options.Seed,
        EvalSplits = options.Splits,
        MaxCompletionLength = options.MaxCompletionLength ?? own.MaxCompletionLength,
    };

    private DpoOptions Share(DpoOptions own) => own with
    {
        Task = options.Task,
        Seed = options.Seed,
        EvalSplits = options.Splits,
        MaxCompletionLength = options.MaxCompletionLength ?? own.MaxCompletionLength,
    };

    private CollectOptions Share(CollectOptions own) => own with
    {
        Task = options.Task,
        Seed = options.Seed,
        Format = options.Format ?? own.Format,
        MaxCompletionLength = options.MaxCompletionLength ?? own.MaxCompletionLength,
    };

    /// <param name="Checkpoint">Within the stage's folder; null of a stage that collects.</param>
    private sealed record Result(string Kind, string? Checkpoint);
}
