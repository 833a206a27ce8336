using System.Text;
using Thaw.Core.Evaluation;

namespace Thaw.Core.Reports;

/// <summary>The table, findings and warnings as Markdown that also reads well as plain text.</summary>
public static class MarkdownReport
{
    public static string Of(ReportModel model)
    {
        var stamp = model.Stamp;
        var text = new StringBuilder();
        Line(text, $"# {Escape(stamp.Title)}");
        Line(text, "");
        Line(text, $"Commit {Escape(stamp.Commit)}, {Escape(stamp.Device)}, seed {string.Join(", ", stamp.Seeds)}, started {ReportFormat.Started(stamp.Started)}, took {ReportFormat.Duration(stamp.Duration)}.");
        Line(text, $"Libraries: {Escape(string.Join(", ", stamp.Libraries.Select(l => $"{l.Name} {l.Version}")))}.");
        Line(text, "");
        Block(text, stamp.CommandLine);
        List(text, "Findings", "- ", model.Findings);
        if (model.Stages.Count > 0)
        {
            Line(text, "## Stages");
            Line(text, "");
            foreach (var line in StageTables.Markdown(model.Stages, Escape))
            {
                Line(text, line);
            }
        }

        Line(text, "## Results");
        Line(text, "");
        text.Append(Table(model));
        Line(text, "");
        Line(text, $"Success with its 95 % Wilson interval; validity is the mean share of turns with a valid answer. Paper: {Escape(PaperTable.SourceFor(model.Task))}.");
        Line(text, "");
        List(text, "Warnings", "- ", model.Warnings);
        List(text, "Deviations from the paper", "1. ", model.Deviations);
        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>Arms × splits, with validity, n and the paper's numbers in rows of their own; columns are padded to line up.</summary>
    public static string Table(ReportModel model)
    {
        List<IReadOnlyList<string>> rows = [["", .. model.Splits.Select(split => Escape(split.Name))]];
        foreach (var arm in model.Arms)
        {
            rows.Add(Row(model, arm, $"**{Escape(arm.Name)}**", r => $"{ReportFormat.Rate(r.Success)} ({ReportFormat.Interval(r.SuccessLow, r.SuccessHigh)})"));
            rows.Add(Row(model, arm, "validity", r => ReportFormat.Rate(r.Validity)));
            rows.Add(Row(model, arm, "n", r => ReportFormat.Count(r.N)));
            foreach (var paper in PaperTable.Find(model.Task, arm.Name))
            {
                rows.Add([
                    $"paper, {paper.Model}",
                    .. model.Splits.Select(split => paper.Success.TryGetValue(split.Name, out var rate) ? ReportFormat.Rate(rate) : "–"),
                ]);
            }
        }

        var widths = Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => row[column].Length)).ToArray();
        rows.Insert(1, [.. widths.Select((width, column) => new string('-', column == 0 ? width : width - 1) + (column == 0 ? "" : ":"))]);
        return string.Concat(rows.Select(row =>
            $"| {string.Join(" | ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |\n"));
    }

    private static IReadOnlyList<string> Row(ReportModel model, ReportArm arm, string label, Func<SplitResult, string> cell) =>
        [label, .. model.Splits.Select(split => arm.Results.TryGetValue(split.Name, out var result) ? cell(result) : "–")];

    private static void List(StringBuilder text, string heading, string mark, IReadOnlyList<string> sentences)
    {
        if (sentences.Count == 0)
        {
            return;
        }

        Line(text, $"## {heading}");
        Line(text, "");
        foreach (var sentence in sentences)
        {
            Line(text, mark + Escape(sentence));
        }

        Line(text, "");
    }

    /// <summary>Indented code: no content can end it.</summary>
    private static void Block(StringBuilder text, string code)
    {
        foreach (var line in code.ReplaceLineEndings("\n").Split('\n'))
        {
            Line(text, "    " + line);
        }

        Line(text, "");
    }

    private static void Line(StringBuilder text, string line) => text.Append(line.TrimEnd()).Append('\n');

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            switch (c)
            {
                case '\r' or '\n':
                    escaped.Append(' ');
                    break;
                case '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '|' or '&':
                    escaped.Append('\\').Append(c);
                    break;
                default:
                    escaped.Append(c);
                    break;
            }
        }

        return escaped.ToString();
    }
}
