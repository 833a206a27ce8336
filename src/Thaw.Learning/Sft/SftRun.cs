using Thaw.Core.Progress;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Distribution;
using Thaw.Learning.Sft.Linting;
using Thaw.Learning.Sft.Rows;
using Thaw.Learning.Training;

namespace Thaw.Learning.Sft;

/// <summary>Supervised fine-tuning from a checkpoint folder to a checkpoint folder.</summary>
public static class SftRun
{
    /// <summary>Looks through the rows as a run would before its first step; reads no weights and writes nothing.</summary>
    /// <exception cref="InvalidDataException">A row is malformed or too long.</exception>
    public static LintReport Lint(SftOptions options, CancellationToken cancellation)
    {
        (options.OutputDir.Length > 0 ? options : options with { OutputDir = "." }).Validate();
        return SftData.Load(options, RowModel.Load(options), cancellation).Lint;
    }

    /// <param name="name">What the run is called on the display.</param>
    /// <param name="progress">Also told what the linters find, where it is a display with <see cref="IRemarks"/>.</param>
    /// <param name="ranks">The processes that train together; null is this one alone. All of them must call.</param>
    /// <returns>The folder of the last checkpoint.</returns>
    /// <exception cref="InvalidDataException">A row is malformed or too long, or a linter found an error and <c>lint</c> says that this stops the run.</exception>
    public static string Run(SftOptions options, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation, Ranks? ranks = null)
    {
        ranks ??= Ranks.Alone;
        options.Validate();
        options = options with { RankCount = ranks.Count };
        using var model = options.LoadModel();
        using var @base = options.NeedsBase ? model.Decoder.FrozenCopy() : null;
        var rows = RowModel.Of(model, options);
        SftData data = null!;
        ranks.Together(token => data = SftData.Load(options, rows, token), cancellation);
        Report(options, data.Lint, ranks, name, progress);
        model.StopIds = rows.StopIds;
        options = options with { MaxSteps = options.StepsOf(data.Count / options.RowsPerUpdate, $"{data.Count} rows, batches of {options.RowsPerUpdate}") };
        var job = new TrainingJob($"{name}: training", options, model.Decoder, data.RowsOf, folder => WriteExtras(options, model, rows, folder))
        {
            RowsPerEpoch = data.Count,
            Ranks = ranks,
            DataFingerprint = () => Fingerprint.Of(Enumerable.Range(1, (data.Count + options.RowsPerUpdate - 1) / options.RowsPerUpdate).SelectMany(data.RowsOf)),
            MetricsOf = step => data.MetricsOf(step.Number),
            Loss = options.Plan(model.Decoder, @base),
            Evaluate = new SplitEvaluation(model, options).Run,
        };
        return TrainingLoop.Run(job, progress, cancellation);
    }

    private static void Report(SftOptions options, LintReport lint, Ranks ranks, string name, IProgress<WorkProgress>? progress)
    {
        if (options.Lint == LintMode.Off)
        {
            return;
        }

        if (ranks.IsFirst)
        {
            lint.Write(options.OutputDir);
        }

        foreach (var finding in lint.Findings)
        {
            (progress as IRemarks)?.Say($"{name}: {finding}");
        }

        if (options.Lint == LintMode.Error && lint.Findings.FirstOrDefault(finding => finding.Severity == LintSeverity.Error) is { } error)
        {
            throw new InvalidDataException($"{error}. Key 'lint' warn trains all the same; {LintReport.FileName} in {options.OutputDir} has all findings.");
        }
    }

    private static void WriteExtras(SftOptions options, ModelFolder model, RowModel rows, string folder)
    {
        options.CopyExtras(model, folder);
        if (!options.UsePeft && (!rows.ListsStops || !rows.StopIds.SequenceEqual(rows.KnownStopIds)))
        {
            GenerationConfigFile.SetStopIds(folder, rows.StopIds);
        }
    }
}
