using System.Text.Json;

namespace Thaw.Core.Reports;

/// <summary>One row of the paper's Table 1: one method on one model.</summary>
/// <param name="Arm">Our name for the method.</param>
/// <param name="Success">By our names of the splits, 0..1.</param>
public sealed record PaperRow(string Task, string Arm, string Model, string Method, IReadOnlyDictionary<string, double> Success);

/// <summary>The paper's own numbers (arXiv:2510.00237, Table 1), for comparison beside ours. Rows that were not recovered are missing.</summary>
public static class PaperTable
{
    private static readonly Lazy<Content> s_content = new(Read);

    /// <summary>Where the numbers of a task come from, and what of them is uncertain: one line without a full stop.</summary>
    public static string SourceFor(string task) =>
        s_content.Value.Notes.GetValueOrDefault(task) is { } note ? $"{s_content.Value.Source}; {note}" : s_content.Value.Source;

    public static IReadOnlyList<PaperRow> Rows => s_content.Value.Rows;

    /// <returns>One row for each model that the paper reports; empty for arms that it does not have.</returns>
    public static IReadOnlyList<PaperRow> Find(string task, string arm) =>
        [.. Rows.Where(row => row.Task == task && row.Arm == arm)];

    private static Content Read()
    {
        using var stream = ReportAsset.Open("paper_table1.json");
        return JsonSerializer.Deserialize<Content>(stream, JsonSerializerOptions.Web)!;
    }

    private sealed record Content(string Source, IReadOnlyDictionary<string, string> Notes, IReadOnlyList<PaperRow> Rows);
}
