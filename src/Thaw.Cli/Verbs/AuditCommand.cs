using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Core.Audit;
using Thaw.Core.Datasets;
using Thaw.Core.Storage;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw audit A B</c>: what two datasets have in common.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var a = new Argument<string>("A") { Description = "JSON Lines with a prompt in each row, or what 'gen' writes; ours or foreign." };
        var b = new Argument<string>("B") { Description = "The other one." };
        var json = new JsonOption();
        var verb = new Verb(
            "audit",
            "Measure the overlap of two datasets (prompts, instances, canonical instances, mappings, words) and how much of the possible instances they cover.",
            "thaw audit data/train.jsonl data/test.jsonl --json")
        { a, b, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            return Task.FromResult(Run(parsed.GetRequiredValue(a), parsed.GetRequiredValue(b), reporting, cancellation));
        });
        return verb;
    }

    internal static int Run(string pathOfA, string pathOfB, Reporting reporting, CancellationToken cancellation)
    {
        var result = DatasetAudit.Compare(FileOf(pathOfA), FileOf(pathOfB), reporting.Progress, cancellation);
        Describe("A", result.A);
        Describe("B", result.B);
        reporting.Say("");
        reporting.Say($"{"the same",-12} {"distinct in A",14} {"distinct in B",14} {"in both",9} {"rows of A",18} {"rows of B",18}");
        foreach (var (kind, overlap) in result.Overlap)
        {
            reporting.Say($"{kind,-12} {overlap.DistinctA,14} {overlap.DistinctB,14} {overlap.Shared,9} {Share(overlap.RowsOfA, overlap.ShareOfA),18} {Share(overlap.RowsOfB, overlap.ShareOfB),18}");
        }

        reporting.Say("");
        foreach (var coverage in result.Coverage)
        {
            var possible = coverage.Possible is { } all ? $"; {coverage.Covered} of all {all}" : "";
            reporting.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{coverage.Dataset.ToUpperInvariant()}, {coverage.Family}: {coverage.Distinct} canonical instances in {coverage.Rows} rows{possible}; another row would show a known one with probability {coverage.Estimated:0.000}"));
        }

        reporting.Result(JsonSerializer.SerializeToNode(result, JsonFormat.Line)!.AsObject());
        return ExitCode.Ok;

        void Describe(string name, AuditedDataset dataset) =>
            reporting.Say($"{name}: {dataset.Path}, {dataset.Rows} rows{(dataset.Unread > 0 ? $", {dataset.Unread} of them without a known instance" : "")}");
    }

    // What gen writes for demonstrations is a folder.
    private static string FileOf(string path) => Directory.Exists(path) ? Path.Combine(path, DatasetFormat.Thaw.FileName) : path;

    private static string Share(long rows, double? share) =>
        share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{rows} ({known * 100:0.0} %)") : "none";
}
