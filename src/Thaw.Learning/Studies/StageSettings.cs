using Thaw.Learning.Collecting;
using Thaw.Learning.Grpo;
using Thaw.Learning.Preferences;
using Thaw.Learning.Sft;

namespace Thaw.Learning.Studies;

/// <summary>The settings of a stage with what the study decides for all of them.</summary>
/// <param name="folder">Of the stage.</param>
/// <param name="model">The checkpoint that it starts from, or asks.</param>
/// <param name="data">The file of another stage that it learns from; null for its own.</param>
internal sealed class StageSettings(StudyOptions study, string folder, string model, string? data)
{
    public SftOptions Of(SftOptions own) => Share(own) with { OutputDir = folder, ModelNameOrPath = model, DatasetName = data ?? own.DatasetName };

    public GrpoOptions Of(GrpoOptions own) => own with
    {
        Bf16 = own.Bf16 ?? study.Training.Bf16,
        Device = DeviceOf(own.Device),
        OutputDir = folder,
        ModelNameOrPath = model,
        Task = study.Task,
        Seed = study.Seed,
        EvalSplits = study.Splits,
        MaxCompletionLength = study.MaxCompletionLength ?? own.MaxCompletionLength,
    };

    public DpoOptions Of(DpoOptions own) => own with
    {
        Bf16 = own.Bf16 ?? study.Training.Bf16,
        Device = DeviceOf(own.Device),
        OutputDir = folder,
        ModelNameOrPath = model,
        DatasetName = data ?? own.DatasetName,
        Task = study.Task,
        Seed = study.Seed,
        EvalSplits = study.Splits,
        MaxCompletionLength = study.MaxCompletionLength ?? own.MaxCompletionLength,
    };

    public CollectOptions Of(CollectOptions own) => Share(own) with { OutputDir = folder, ModelNameOrPath = own.Kind == TeacherKind.Checkpoint ? model : "" };

    public RftOptions Of(RftOptions own) => own with
    {
        OutputDir = folder,
        ModelNameOrPath = model,
        Task = study.Task,
        Seed = study.Seed,
        Collect = Share(own.Collect),
        Sft = Share(own.Sft),
    };

    private SftOptions Share(SftOptions own) => own with
    {
        Bf16 = own.Bf16 ?? study.Training.Bf16,
        Device = DeviceOf(own.Device),
        Task = study.Task,
        Seed = study.Seed,
        EvalSplits = study.Splits,
        Format = study.Format ?? own.Format,
        MaxCompletionLength = study.MaxCompletionLength ?? own.MaxCompletionLength,
    };

    private CollectOptions Share(CollectOptions own) => own with
    {
        Device = DeviceOf(own.Device),
        Task = study.Task,
        Seed = study.Seed,
        Format = study.Format ?? own.Format,
        MaxCompletionLength = study.MaxCompletionLength ?? own.MaxCompletionLength,
    };

    // What says nothing runs where the arms do.
    private string DeviceOf(string own) => own == new SftOptions().Device ? study.Training.Device : own;
}
