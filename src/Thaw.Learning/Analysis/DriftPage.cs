using System.Globalization;
using System.Net;
using System.Text;
using Thaw.Learning.Models;

namespace Thaw.Learning.Analysis;

/// <summary>The heat maps of a run as one HTML file with SVG inside: no script, no request.</summary>
public static class DriftPage
{
    private const int CellWidth = 64;
    private const int CellHeight = 22;
    private const int LabelWidth = 150;
    private const int Top = 70;

    // Light to dark, so that the map reads the same in grey: the ends and the middle of ColorBrewer's YlGnBu.
    private static readonly (double Red, double Green, double Blue)[] s_colours = [(255, 255, 217), (65, 182, 196), (8, 29, 88)];

    public static string Of(WeightDrift drift)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{Encode($"Drift of {drift.Run}")}</title>\n")
            .Append("<style>body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#222;background:#fff}text{font:11px system-ui,sans-serif}svg{display:block;margin-bottom:1rem}</style></head><body>\n")
            .Append(CultureInfo.InvariantCulture, $"<h1>Change between checkpoints: {Encode(drift.Run)}</h1>\n")
            .Append("<p>A cell is ‖W − W′‖ / ‖W′‖, W′ the weights of the checkpoint before: the mean over the tensors of its row, weighted by size. ")
            .Append("Colours span the 1st to the 99th percentile of all maps; what is beyond has the colour of the end. The number is in each cell.</p>\n");
        var limits = LimitsOf(drift);
        foreach (var (title, rows) in MapsOf(drift))
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n");
            Draw(page, drift.Columns, rows, limits);
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static IEnumerable<(string Title, IReadOnlyList<DriftRow> Rows)> MapsOf(WeightDrift drift)
    {
        yield return ("All weights, by layer", [.. drift.Rows.Where(row => row.Layer is null || row.Kind is null)]);
        foreach (var kind in new[] { WeightKind.Attention, WeightKind.Mlp, WeightKind.Norm })
        {
            yield return ($"{kind}, by layer", [.. drift.Rows.Where(row => row.Layer is not null && row.Kind == kind)]);
        }
    }

    private static (double Low, double High) LimitsOf(WeightDrift drift)
    {
        var values = drift.Rows.SelectMany(row => row.Changes).Order().ToList();
        return (At(0.01), At(0.99));

        double At(double share) => values[(int)Math.Round(share * (values.Count - 1))];
    }

    private static void Draw(StringBuilder page, IReadOnlyList<DriftColumn> columns, IReadOnlyList<DriftRow> rows, (double Low, double High) limits)
    {
        var (width, height) = (LabelWidth + (columns.Count * CellWidth), Top + (rows.Count * CellHeight));
        page.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" role=\"img\">\n");
        for (var i = 0; i < columns.Count; i++)
        {
            var (x, y) = (LabelWidth + (i * CellWidth) + 20, Top - 8);
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\" transform=\"rotate(-35 {x} {y})\">{Encode($"{columns[i].From} → {columns[i].To}")}</text>\n");
        }

        for (var r = 0; r < rows.Count; r++)
        {
            var y = Top + (r * CellHeight);
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth - 8}\" y=\"{y + 15}\" text-anchor=\"end\">{Encode(rows[r].Name)}</text>\n");
            for (var i = 0; i < columns.Count; i++)
            {
                Cell(page, LabelWidth + (i * CellWidth), y, rows[r].Changes[i], limits, $"{rows[r].Name}, {columns[i].From} → {columns[i].To}");
            }
        }

        page.Append("</svg>\n");
    }

    private static void Cell(StringBuilder page, int x, int y, double value, (double Low, double High) limits, string name)
    {
        var place = limits.High > limits.Low ? Math.Clamp((value - limits.Low) / (limits.High - limits.Low), 0, 1) : 0;
        page.Append(CultureInfo.InvariantCulture, $"<g><title>{Encode(name)}: {value:0.000000}</title>")
            .Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{CellWidth}\" height=\"{CellHeight}\" fill=\"{ColourAt(place)}\" stroke=\"#fff\"/>")
            .Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (CellWidth / 2)}\" y=\"{y + 15}\" text-anchor=\"middle\" fill=\"{(place > 0.6 ? "#fff" : "#222")}\">{value:0.0000}</text></g>\n");
    }

    private static string ColourAt(double place)
    {
        var at = place * (s_colours.Length - 1);
        var (from, to) = (s_colours[Math.Min((int)at, s_colours.Length - 2)], s_colours[Math.Min((int)at, s_colours.Length - 2) + 1]);
        var share = at - Math.Min((int)at, s_colours.Length - 2);
        return $"#{Mix(from.Red, to.Red):x2}{Mix(from.Green, to.Green):x2}{Mix(from.Blue, to.Blue):x2}";

        int Mix(double a, double b) => (int)Math.Round(a + ((b - a) * share));
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
