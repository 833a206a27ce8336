using System.Globalization;
using Thaw.Core.Reports;
using Thaw.Learning.Collecting;
using Thaw.Learning.Training;

namespace Thaw.Learning.Studies;

/// <summary>What the stages of a study came to, from their folders.</summary>
internal static class StageReport
{
    /// <summary>Values of one measure that a table has; <c>yield.json</c> has all.</summary>
    private const int MostValues = 12;

    public static IEnumerable<ReportStage> Of(StudyOptions options, StageRunner runner)
    {
        foreach (var stage in options.Stages ?? [])
        {
            var (folder, source) = (runner.FolderOf(stage.Name), $"from {stage.From ?? ReportModel.BaseArm}{(stage.Data is { } data ? $", data of {data}" : "")}");
            yield return new ReportStage(stage.Name, stage.KindOrNull!, $"{source}{(stage.Description.Length > 0 ? $": {stage.Description}" : "")}")
            {
                Facts = stage.Collect is not null ? Facts(CollectRun.ReadYieldOrNull(folder)!) : Facts(MetricsFile.Read(runner.TrainingFolderOf(stage))),
                Yields =
                [
                    .. stage.Collect is not null ? Yields("", CollectRun.ReadYieldOrNull(folder)!) : [],
                    .. Enumerable.Range(1, stage.Rft?.Rounds ?? 0).SelectMany(round =>
                        Yields($"round {round}", CollectRun.ReadYieldOrNull(Path.Combine(folder, $"round-{round}", "collect"))!)),
                ],
            };
        }
    }

    private static IReadOnlyList<string> Facts(CollectYield yield) =>
    [
        Invariant($"{yield.Total.Kept} of {yield.Total.Prompts} prompts have a correct sample among {yield.Total.Samples}; the others are dropped"),
        Invariant($"{yield.Rows} rows, {yield.MeanKeptTokens:0.0} tokens each; {yield.OtherTokens} of them are read as other tokens than were drawn"),
        $"teacher: {yield.Teacher}",
    ];

    private static IReadOnlyList<string> Facts(IReadOnlyList<(int Step, IReadOnlyDictionary<string, double> Values)> metrics)
    {
        var losses = metrics.Where(record => record.Values.ContainsKey("loss")).ToList();
        string[] shown = ["reward", "rewards/accuracies", "loss"];
        return losses.Count == 0 ? [] :
        [
            $"{losses[^1].Step.ToString(CultureInfo.InvariantCulture)} steps",
            .. shown.Where(losses[^1].Values.ContainsKey).Select(name =>
                (losses.Count > 1 ? Invariant($"{name} {losses[0].Values[name]:0.000} at step {losses[0].Step}, ") : $"{name} ") + Invariant($"{losses[^1].Values[name]:0.000} at the end")),
        ];
    }

    private static IEnumerable<ReportYield> Yields(string label, CollectYield yield) =>
    [
        Row(label.Length > 0 ? label : "all", yield.Total),
        .. yield.By.Where(by => by.Value.Count > 1).SelectMany(by => by.Value.Take(MostValues).Select(group => Row($"{label} {by.Key} {group.Key}".Trim(), group.Value))),
    ];

    private static ReportYield Row(string label, YieldGroup group) => new(label, group.Prompts, group.Kept, group.Yield, group.MeanAttempts, group.TruncatedShare);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
