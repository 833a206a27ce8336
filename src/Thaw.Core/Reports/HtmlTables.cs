using System.Globalization;
using System.Text;
using Thaw.Core.Evaluation;
using static Thaw.Core.Reports.HtmlSections;

namespace Thaw.Core.Reports;

/// <summary>The tables of the page, all of them readable without scripts and without colour.</summary>
internal static class HtmlTables
{
    /// <summary>Arms × splits, the paper's rows under ours.</summary>
    public static string Results(ReportModel model)
    {
        var html = new StringBuilder("<table class=\"results\"><caption>Success with its 95 % Wilson interval, validity (mean share of turns with a valid answer) and number of episodes n. ");
        html.Append(CultureInfo.InvariantCulture, $"Paper: {Encode(PaperTable.SourceFor(model.Task))}.</caption><thead><tr><td></td>");
        foreach (var group in Groups(model.Splits))
        {
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"colgroup\" colspan=\"{group.Count}\">{ReportFormat.Kind(group[0].Kind)}</th>");
        }

        html.Append("</tr><tr><td></td>");
        foreach (var split in model.Splits)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"><span title=\"{Encode(split.Description)}\">{Encode(split.Name)}</span></th>");
        }

        html.Append("</tr></thead>");
        foreach (var arm in model.Arms)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tbody><tr><th scope=\"row\">{Encode(arm.Name)}<small>{Encode(arm.Description)}</small></th>");
            foreach (var split in model.Splits)
            {
                html.Append(arm.Results.TryGetValue(split.Name, out var result) ? Cell(result) : "<td class=\"none\">–</td>");
            }

            html.Append("</tr>");
            foreach (var paper in PaperTable.Find(model.Task, arm.Name))
            {
                html.Append(CultureInfo.InvariantCulture, $"<tr class=\"paper\"><th scope=\"row\">paper, {Encode(paper.Model)}</th>");
                foreach (var split in model.Splits)
                {
                    html.Append(paper.Success.TryGetValue(split.Name, out var rate)
                        ? $"<td>{ReportFormat.Rate(rate)}</td>"
                        : "<td class=\"none\" title=\"not in the paper's table\">–</td>");
                }

                html.Append("</tr>");
            }

            html.Append("</tbody>");
        }

        return html.Append("</table>").ToString();
    }

    public static string Comparisons(ReportModel model)
    {
        if (model.Comparisons.Count == 0)
        {
            return "<p class=\"none\">No paired comparison was computed.</p>";
        }

        var rows = model.Comparisons.Select(c => Row(
            [c.ArmA, c.ArmB, c.Split],
            [
                ReportFormat.Count(c.Outcomes.N), ReportFormat.Count(c.Outcomes.OnlyA), ReportFormat.Count(c.Outcomes.OnlyB),
                ReportFormat.SignedRate(c.Outcomes.Difference.Estimate),
                $"{ReportFormat.SignedRate(c.Outcomes.Difference.Low)} to {ReportFormat.SignedRate(c.Outcomes.Difference.High)}",
                ReportFormat.PValue(c.Outcomes.PValue),
            ]));
        return Table(
            "The same instances under two arms. The difference is A less B; p is McNemar's, not corrected for the number of comparisons.",
            ["A", "B", "split", "n", "solved by A only", "by B only", "difference", "95 % interval", "p"],
            rows);
    }

    public static string Curves(ReportModel model)
    {
        var rows = from arm in model.Arms
                   from point in arm.Curve
                   from split in model.Splits
                   where point.Splits.ContainsKey(split.Name)
                   let value = point.Splits[split.Name]
                   select Row(
                       [arm.Name, split.Name],
                       [ReportFormat.Count(point.Step), ReportFormat.Rate(value.Success), ReportFormat.Rate(value.Validity), ReportFormat.Count(value.N)]);
        return Table("Evaluations during training.", ["arm", "split", "step", "success", "validity", "n"], rows);
    }

    public static string Reasons(ReportModel model)
    {
        var rows = from arm in model.Arms
                   from split in model.Splits
                   where arm.Results.ContainsKey(split.Name)
                   let result = arm.Results[split.Name]
                   from reason in result.Reasons.Where(r => r.Value > 0)
                   select Row([arm.Name, split.Name, ReportFormat.Reason(reason.Key)], [ReportFormat.Count(reason.Value), ReportFormat.Count(result.N)]);
        return Table("Episodes that were not solved, by reason.", ["arm", "split", "reason", "episodes", "n"], rows);
    }

    private static string Cell(SplitResult r)
    {
        var (low, width) = (Coordinate(r.SuccessLow * 100), Coordinate((r.SuccessHigh - r.SuccessLow) * 100));
        return $"<td><span class=\"value\">{ReportFormat.Rate(r.Success)}</span>"
            + $"<svg class=\"interval\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path d=\"M0 3H100\"/><rect x=\"{low}\" y=\"0\" width=\"{width}\" height=\"6\"/><path class=\"mark\" d=\"M{Coordinate(r.Success * 100)} 0V6\"/></svg>"
            + $"<span class=\"detail\">{ReportFormat.Interval(r.SuccessLow, r.SuccessHigh)}</span>"
            + $"<span class=\"detail\">validity {ReportFormat.Rate(r.Validity)}</span>"
            + $"<span class=\"detail\" title=\"{r.Turns.ToString("0.0", CultureInfo.InvariantCulture)} turns on average\">n {ReportFormat.Count(r.N)}</span></td>";
    }

    private static string Table(string caption, IReadOnlyList<string> heads, IEnumerable<string> rows) =>
        $"<table class=\"plain\"><caption>{Encode(caption)}</caption><thead><tr>{string.Concat(heads.Select(head => $"<th scope=\"col\">{Encode(head)}</th>"))}</tr></thead><tbody>{string.Concat(rows)}</tbody></table>";

    private static string Row(IReadOnlyList<string> texts, IReadOnlyList<string> numbers) =>
        $"<tr>{string.Concat(texts.Select(text => $"<td>{Encode(text)}</td>"))}{string.Concat(numbers.Select(number => $"<td class=\"number\">{Encode(number)}</td>"))}</tr>";

    private static string Coordinate(double x) => x.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Neighbours of one kind, in order.</summary>
    private static IEnumerable<List<ReportSplit>> Groups(IReadOnlyList<ReportSplit> splits)
    {
        List<ReportSplit> group = [];
        foreach (var split in splits)
        {
            if (group.Count > 0 && group[0].Kind != split.Kind)
            {
                yield return group;
                group = [];
            }

            group.Add(split);
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }
}
