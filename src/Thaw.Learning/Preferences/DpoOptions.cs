using Thaw.Core.Reports;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Preferences;

/// <summary>Settings of direct preference optimisation; keys in files are TRL's, in snake_case. The checkpoint to start from is also the reference.</summary>
public sealed record DpoOptions : FineTuningOptions
{
    public DpoOptions() => (LearningRate, LrSchedulerType, WarmupRatio) = (1e-6, ScheduleKind.Linear, 0);

    /// <summary>JSON Lines with prompt, chosen and rejected, or the <c>samples.jsonl</c> of <c>thaw collect</c>.</summary>
    public string DatasetName { get; init; } = "";

    /// <summary>Of the samples of a prompt, pairs at most.</summary>
    public int PairsPerPrompt { get; init; } = 1;

    public double Beta { get; init; } = 0.1;

    public PreferenceLoss LossType { get; init; } = PreferenceLoss.Sigmoid;

    public double LabelSmoothing { get; init; }

    /// <summary>Tokens of a prompt and one of its completions; more is an error, never cut.</summary>
    public int MaxLength { get; init; } = 1024;

    public override IEnumerable<RunInput> Inputs() => [.. RunInput.Folder("model", ModelNameOrPath), RunInput.File("dataset", DatasetName)];

    public override void Validate()
    {
        base.Validate();
        Require(DatasetName.Length > 0, "dataset_name", "is missing: a file with prompt, chosen and rejected, or the samples.jsonl of thaw collect");
        Require(PairsPerPrompt > 0, "pairs_per_prompt", $"must be positive, not {PairsPerPrompt}");
        Require(Beta > 0 && double.IsFinite(Beta), "beta", "must be a positive number");
        Require(LabelSmoothing is >= 0 and < 0.5, "label_smoothing", "must lie from 0 to below 0.5");
        Require(LabelSmoothing == 0 || LossType == PreferenceLoss.Sigmoid, "label_smoothing", "goes with loss_type sigmoid alone");
        Require(MaxLength > 1, "max_length", $"must be at least 2, not {MaxLength}");
    }
}
