using System.CommandLine;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Core.Progress;
using Thaw.Core.Reports;
using Thaw.Core.Storage;
using Thaw.Learning.Analysis;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw analyse drift</c>: when the weights went where.</summary>
internal static class AnalyseDrift
{
    public static Verb Create()
    {
        var run = new Option<string>("--run") { Description = "Folder of a run, with checkpoint-N folders.", Required = true, HelpName = "DIR" };
        var @base = new Option<string?>("--base") { Description = "What the run began with: a column before the first. Adapters are put on it.", HelpName = "DIR" };
        var (output, json) = (AnalysisVerb.OutputOption("drift.json, heat maps in drift.html (one file, no network)"), new JsonOption());
        var verb = new Verb(
            "drift",
            "Change of the weights from one checkpoint of a run to the next: a heat map, layer by step.",
            "thaw analyse drift --run runs/a --base models/base --out runs/a-drift")
        { run, @base, output, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var (folder, start) = (parsed.GetRequiredValue(run), parsed.GetValue(@base));
            return Task.FromResult(AnalysisVerb.Run(
                "drift",
                parsed.GetValue(output),
                () => RunRecord.Stamp(
                    "drift", reporting, new Dictionary<string, string> { ["run"] = folder, ["base"] = start ?? "none" }, RunRecord.Describe("cpu", "Float64"), [], Inputs(folder, start)),
                place => Draw(WeightDrift.Of(folder, start, (done, total) => reporting.Progress.Report(new WorkProgress("comparing checkpoints", done, total)), cancellation), place),
                AnalysisText.Table,
                reporting));
        });
        return verb;
    }

    private static WeightDrift Draw(WeightDrift drift, string? folder)
    {
        if (folder is not null)
        {
            AtomicFile.WriteText(Path.Combine(folder, "drift.html"), DriftPage.Of(drift));
        }

        return drift;
    }

    private static IEnumerable<RunInput> Inputs(string run, string? @base) =>
    [
        .. @base is null ? [] : RunInput.Folder("base", @base),
        .. WeightDrift.CheckpointsOf(run).SelectMany(checkpoint => RunInput.Folder("checkpoint", checkpoint.Folder)),
    ];
}
