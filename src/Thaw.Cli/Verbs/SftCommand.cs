using System.CommandLine;
using System.Text.Json.Nodes;
using Thaw.Cli.Output;
using Thaw.Learning.Sft;
using Thaw.Learning.Sft.Linting;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw sft --config FILE [--key value]…</c>: supervised fine-tuning; with <c>--lint_only true</c> only a look through its rows.</summary>
internal static class SftCommand
{
    public static Command Create() => new TrainingVerb<SftOptions>("sft", (options, progress, ranks, cancellation) => SftRun.Run(options, "sft", progress, cancellation, ranks))
    {
        Instead = (options, reporting, cancellation) => options.LintOnly ? Lint(options, reporting, cancellation) : null,
        Facts = LintCounts,
    }.Create(
        "Fine-tune a model on demonstrations; an interrupted run goes on where it stopped.",
        "thaw sft --config studies/sft.yaml --output_dir runs/sft --learning_rate 1e-3");

    /// <summary>Says what a run would say before its first step.</summary>
    /// <returns>Failed where a linter found an error.</returns>
    private static int Lint(SftOptions options, Reporting reporting, CancellationToken cancellation)
    {
        var report = SftRun.Lint(options, cancellation);
        foreach (var finding in report.Findings)
        {
            reporting.Say(finding.ToString());
        }

        var (errors, warnings, notes) = (report.CountOf(LintSeverity.Error), report.CountOf(LintSeverity.Warning), report.CountOf(LintSeverity.Note));
        reporting.Say($"{report.Sources.Sum(source => (long)source.Rows)} rows: {errors} errors, {warnings} warnings, {notes} notes");
        reporting.Result(report.ToJson());
        return errors > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> LintCounts(SftOptions options)
    {
        var path = Path.Combine(options.OutputDir, LintReport.FileName);
        return options.Lint != LintMode.Off && File.Exists(path)
            ? JsonNode.Parse(File.ReadAllBytes(path))!.AsObject()
                .Where(member => member.Key is "errors" or "warnings" or "notes")
                .Select(member => KeyValuePair.Create($"lint_{member.Key}", member.Value?.DeepClone()))
            : [];
    }
}
