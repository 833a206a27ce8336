using System.Globalization;
using System.Text;
using static Thaw.Core.Reports.HtmlSections;

namespace Thaw.Core.Reports;

/// <summary>The stages of a study on the page; nothing where there are none.</summary>
internal static class StageTables
{
    private static readonly string[] s_columns = ["prompts", "kept", "yield", "attempts", "cut off"];

    public static string Html(IReadOnlyList<ReportStage> stages)
    {
        if (stages.Count == 0)
        {
            return "";
        }

        var html = new StringBuilder("<section id=\"stages\"><h2>Stages</h2>");
        foreach (var stage in stages)
        {
            html.Append(CultureInfo.InvariantCulture, $"<h3>{Encode(stage.Name)}</h3><p>{Encode(stage.Kind)} {Encode(stage.Description)}</p>{Sentences(stage.Facts, "ul", "Nothing was measured.")}");
            if (stage.Yields.Count > 0)
            {
                html.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\" role=\"region\" aria-label=\"Yields of {Encode(stage.Name)}\" tabindex=\"0\"><table><thead><tr><td></td>");
                html.Append(string.Concat(s_columns.Select(column => $"<th scope=\"col\">{column}</th>"))).Append("</tr></thead><tbody>");
                foreach (var yield in stage.Yields)
                {
                    html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Encode(yield.Label)}</th>{string.Concat(Cells(yield).Select(cell => $"<td>{cell}</td>"))}</tr>");
                }

                html.Append("</tbody></table></div>");
            }
        }

        return html.Append("</section>\n").ToString();
    }

    /// <summary>Lines of Markdown; the caller escapes what is not ours.</summary>
    public static IEnumerable<string> Markdown(IReadOnlyList<ReportStage> stages, Func<string, string> escape)
    {
        foreach (var stage in stages)
        {
            yield return $"### {escape(stage.Name)}";
            yield return "";
            yield return $"{escape(stage.Kind)} {escape(stage.Description)}";
            yield return "";
            foreach (var fact in stage.Facts)
            {
                yield return $"- {escape(fact)}";
            }

            yield return "";
            if (stage.Yields.Count > 0)
            {
                yield return $"| | {string.Join(" | ", s_columns)} |";
                yield return $"|---|{string.Concat(Enumerable.Repeat("---:|", s_columns.Length))}";
                foreach (var row in stage.Yields)
                {
                    yield return $"| {escape(row.Label)} | {string.Join(" | ", Cells(row))} |";
                }

                yield return "";
            }
        }
    }

    private static string[] Cells(ReportYield row) =>
    [
        ReportFormat.Count(row.Prompts),
        ReportFormat.Count(row.Kept),
        ReportFormat.Rate(row.Yield),
        row.MeanAttempts.ToString("0.00", CultureInfo.InvariantCulture),
        ReportFormat.Rate(row.TruncatedShare),
    ];
}
