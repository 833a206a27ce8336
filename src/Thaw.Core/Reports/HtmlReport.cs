using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Thaw.Core.Reports;

/// <summary>The whole report as one HTML file that needs no network: styles, charts and data are inside.</summary>
/// <remarks>
/// Its content security policy forbids every request, and every script but the embedded ones by their hashes.
/// Text that a model wrote reaches the page only through the JSON data and <c>textContent</c>.
/// </remarks>
public static partial class HtmlReport
{
    public static void Write(ReportModel model, Stream output)
    {
        var style = ReportAsset.ReadText("report.css");
        // The library's pointer to a source map would be a request as soon as somebody opens the developer tools.
        var library = SourceMapLine().Replace(ReportAsset.ReadText("chart.umd.min.js"), "");
        string[] scripts = [ReportAsset.ReadText("page.js"), ReportAsset.ReadText("board.js"), ReportAsset.ReadText("charts.js"), ReportAsset.ReadText("replay.js")];

        var parts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["policy"] = $"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src '{Hash(style)}'; "
                + $"script-src {string.Join(' ', scripts.Prepend(library).Select(script => $"'{Hash(script)}'"))}",
            ["style"] = style,
            ["chartLicence"] = ReportAsset.ReadText("chart.js.LICENSE.md").Trim(),
            ["library"] = library,
            ["scripts"] = string.Concat(scripts.Select(script => $"<script>{script}</script>\n")),
            ["data"] = ReportData.Of(model),
            ["title"] = HtmlSections.Encode(model.Stamp.Title),
            ["stamp"] = HtmlSections.Stamp(model.Stamp),
            ["findings"] = HtmlSections.Sentences(model.Findings, "ul", "No findings were computed."),
            ["warnings"] = HtmlSections.Sentences(model.Warnings, "ul", "None."),
            ["deviations"] = HtmlSections.Sentences(model.Deviations, "ol", "None listed."),
            ["stages"] = StageTables.Html(model.Stages),
            ["results"] = HtmlTables.Results(model),
            ["comparisons"] = HtmlTables.Comparisons(model),
            ["curveNumbers"] = HtmlTables.Curves(model),
            ["reasonNumbers"] = HtmlTables.Reasons(model),
        };

        // One pass, so that a placeholder inside inserted text stays what it is.
        var page = Placeholder().Replace(ReportAsset.ReadText("report.html"), match => parts[match.Groups[1].Value]);
        output.Write(Encoding.UTF8.GetBytes(page));
    }

    private static string Hash(string content) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^//# sourceMappingURL=.*$", RegexOptions.Multiline)]
    private static partial Regex SourceMapLine();
}
