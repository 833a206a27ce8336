using System.Text.Json.Nodes;
using Thaw.Core.Storage;

namespace Thaw.Learning.Sft.Linting;

/// <summary>What the linters found in the rows of a run, and what rows there are.</summary>
/// <param name="Findings">The worst first.</param>
/// <param name="DistinctRows">Rows that differ in prompt or answer; 0 where nobody looked.</param>
public sealed record LintReport(IReadOnlyList<LintFinding> Findings, IReadOnlyList<SourceSummary> Sources, int DistinctRows)
{
    /// <summary>In the folder of a run.</summary>
    public const string FileName = "lint.json";

    public int CountOf(LintSeverity severity) => Findings.Count(finding => finding.Severity == severity);

    public JsonObject ToJson() => new()
    {
        ["rows"] = Sources.Sum(source => source.Rows),
        ["distinct_rows"] = DistinctRows,
        ["errors"] = CountOf(LintSeverity.Error),
        ["warnings"] = CountOf(LintSeverity.Warning),
        ["notes"] = CountOf(LintSeverity.Note),
        ["findings"] = new JsonArray([.. Findings.Select(finding => new JsonObject
        {
            ["severity"] = JsonFormat.NameOf(finding.Severity),
            ["rule"] = finding.Rule,
            ["rows"] = finding.Rows,
            ["message"] = finding.Message,
            ["example"] = finding.Example,
        })]),
        ["sources"] = new JsonArray([.. Sources.Select(source => new JsonObject
        {
            ["name"] = source.Name,
            ["rows"] = source.Rows,
            ["share"] = source.Share,
        })]),
    };

    /// <summary>Writes <see cref="FileName"/>; the same rows give the same bytes.</summary>
    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), ToJson().ToJsonString(JsonFormat.Indented) + "\n");
}

/// <summary>One source of rows.</summary>
/// <param name="Rows">Those that are learnt; what was left out for its length is not counted.</param>
/// <param name="Share">Of the rows of the run, those that come from it.</param>
public sealed record SourceSummary(string Name, int Rows, double Share);
