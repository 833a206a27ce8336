using System.Globalization;
using Thaw.Core.Evaluation;
using Thaw.Core.Generation;
using Thaw.Core.Progress;
using Thaw.Core.Reports;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Collecting;
using Thaw.Learning.Lora;
using Thaw.Learning.Sft;
using Thaw.Torch;

namespace Thaw.Learning.Studies;

/// <summary>Trains the arms of a study, evaluates them and their base, and writes the report. What is finished is never done again.</summary>
/// <param name="endpoint">Opens the generator of a served teacher, for stages that collect.</param>
/// <param name="earlier">Of the run before this one in the same folder; null where there was none.</param>
public sealed class StudyRunner(
    StudyOptions options, RunStamp stamp, IProgress<WorkProgress>? progress, Func<CollectOptions, string, ITextGenerator>? endpoint = null, RunStamp? earlier = null)
{
    private const string CheckpointKey = "checkpoint";

    private readonly StageRunner _stages = new(options, progress, endpoint);
    private readonly ITask _task = TaskCatalog.Find(options.Task);
    private bool _hasWorked;

    /// <exception cref="OperationCanceledException">Running again goes on where this stopped.</exception>
    public StudyOutcome Run(CancellationToken cancellation)
    {
        options.Validate();
        var splits = options.Splits.Select(_task.FindSplit).ToList();
        StudyFolder.Claim(options);
        Evaluate(ReportModel.BaseArm, options.ModelNameOrPath, splits, cancellation);
        _stages.Run(cancellation);
        foreach (var (arm, recipe) in options.Arms)
        {
            if (!IsEvaluated(arm))
            {
                var checkpoint = recipe.Stage is { } stage ? _stages.CheckpointOf(stage) : SftRun.Run(options.SettingsOf(arm), arm, progress, cancellation);
                Evaluate(arm, checkpoint, splits, cancellation);
            }
        }

        // A report of what was there already is of the run that made it.
        var made = _hasWorked || earlier is null ? stamp with { Duration = DateTimeOffset.UtcNow - stamp.Started } : earlier;
        var report = new StudyReport(options, _task, made, FolderOf, _stages).Build();
        var paths = StudyReport.Write(report, options.OutputDir);
        return new StudyOutcome(report, paths.Html, paths.Markdown, CheckpointOf, _hasWorked);
    }

    // As written beside the results: training may have handed over another checkpoint than its last.
    private string CheckpointOf(string arm) => ResultsFile.Read(FolderOf(arm)).Config.TryGetValue(CheckpointKey, out var checkpoint)
        ? Path.Combine(options.OutputDir, checkpoint)
        : throw new InvalidDataException($"{FolderOf(arm)}: the results do not say of which checkpoint they are; delete the folder to have the arm played again.");

    private string FolderOf(string arm) => Path.Combine(options.OutputDir, arm, "test");

    // The results file is written last, so where it is, the episodes are too.
    private bool IsEvaluated(string arm) => File.Exists(Path.Combine(FolderOf(arm), ResultsFile.FileName));

    private void Evaluate(string arm, string checkpoint, IReadOnlyList<Split> splits, CancellationToken cancellation)
    {
        if (IsEvaluated(arm))
        {
            return;
        }

        _hasWorked = true;
        var recipe = arm == ReportModel.BaseArm ? options.Shared with { UsePeft = false }
            : options.Arms[arm].Stage is null ? options.SettingsOf(arm)
            : options.SettingsOf(arm) with { UsePeft = false };
        var device = Device.Parse(recipe.Device);
        using var model = recipe.UsePeft
            ? ModelFolder.Load(options.ModelNameOrPath, device, recipe.Dtype, AdapterFolder.ReaderOrNull(checkpoint, device))
            : ModelFolder.Load(checkpoint, device);
        model.Decoder.ComputeType = recipe.ComputeType();
        var settings = new EvaluationOptions
        {
            Instances = options.Instances,
            Seed = options.EvalSeed,
            Sampling = SamplingOptions.Greedy with { MaxNewTokens = recipe.MaxCompletionLength },
        };
        var display = new EvaluationDisplay($"{arm}: evaluating", progress);
        using var generator = model.Generator();
        var result = new Evaluator(_task, generator, settings).Run(splits, display, cancellation);
        var config = new Dictionary<string, string>
        {
            ["task"] = _task.Name,
            ["splits"] = string.Join(",", options.Splits),
            ["instances"] = options.Instances.ToString(CultureInfo.InvariantCulture),
            ["seed"] = options.EvalSeed.ToString(CultureInfo.InvariantCulture),
            ["decoding"] = "greedy",
            [CheckpointKey] = arm == ReportModel.BaseArm ? checkpoint : Path.GetRelativePath(options.OutputDir, checkpoint),
            ["max_completion_length"] = recipe.MaxCompletionLength.ToString(CultureInfo.InvariantCulture),
        };
        ResultsFile.Write(FolderOf(arm), result, new ResultsStamp(arm, stamp.Commit, DateTimeOffset.UtcNow, config));
    }
}

/// <param name="HtmlPath">The report.</param>
/// <param name="CheckpointOf">The folder of the weights that an arm was played with.</param>
/// <param name="HasWorked">False where everything was there already.</param>
public sealed record StudyOutcome(ReportModel Report, string HtmlPath, string MarkdownPath, Func<string, string> CheckpointOf, bool HasWorked);

/// <summary>Shows an evaluation as finished episodes, for the display.</summary>
public sealed class EvaluationDisplay(string phase, IProgress<WorkProgress>? progress) : IProgress<EvaluationProgress>
{
    public void Report(EvaluationProgress value) => progress?.Report(new WorkProgress(
        phase, value.EpisodesOver, value.EpisodesTotal, $"turn {value.Turn}, {value.PromptsAnswered} prompts answered"));
}
