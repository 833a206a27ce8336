using System.Globalization;
using System.Net;
using System.Text;

namespace Thaw.Core.Reports;

/// <summary>The parts of the page that are plain text; they read without scripts.</summary>
internal static class HtmlSections
{
    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    public static string Stamp(RunStamp stamp)
    {
        var html = new StringBuilder("<dl class=\"stamp\">");
        Entry(html, "Commit", stamp.Commit);
        Entry(html, "Device", stamp.Device);
        Entry(html, "Seeds", string.Join(", ", stamp.Seeds.Select(seed => seed.ToString(CultureInfo.InvariantCulture))));
        Entry(html, "Started", ReportFormat.Started(stamp.Started));
        Entry(html, "Duration", ReportFormat.Duration(stamp.Duration));
        Entry(html, "Libraries", string.Join(", ", stamp.Libraries.Select(library => $"{library.Name} {library.Version}")));
        Entry(html, "CPU features", stamp.CpuFeatures.Count == 0 ? "not recorded" : string.Join(" ", stamp.CpuFeatures));
        html.Append("</dl>");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"command\"><span>Command</span> <code>{Encode(stamp.CommandLine)}</code></p>");
        html.Append(CultureInfo.InvariantCulture, $"<details><summary>Resolved configuration</summary><pre tabindex=\"0\">{Encode(stamp.Configuration)}</pre></details>");
        return html.ToString();
    }

    /// <param name="list">The element, <c>ul</c> or <c>ol</c>.</param>
    public static string Sentences(IReadOnlyList<string> sentences, string list, string none) => sentences.Count == 0
        ? $"<p class=\"none\">{Encode(none)}</p>"
        : $"<{list}>{string.Concat(sentences.Select(sentence => $"<li>{Encode(sentence.Replace(" %", "\u00A0%", StringComparison.Ordinal))}</li>"))}</{list}>";

    private static void Entry(StringBuilder html, string term, string value) =>
        html.Append(CultureInfo.InvariantCulture, $"<div><dt>{term}</dt><dd>{Encode(value)}</dd></div>");
}
