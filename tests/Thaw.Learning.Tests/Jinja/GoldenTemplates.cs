using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Thaw.Learning.Tests.Jinja;

/// <summary>What Jinja2 made of small templates: <c>tests/golden/templates/jinja.json</c>, written by the script beside it.</summary>
internal static class GoldenTemplates
{
    private static readonly JsonNode s_file = JsonNode.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "golden", "templates", "jinja.json")))!;

    /// <summary>The variables of every template, as JSON.</summary>
    public static string Variables { get; } = s_file["variables"]!.ToJsonString();

    public static IReadOnlyList<string> Groups { get; } = [.. s_file["groups"]!.AsObject().Select(group => group.Key)];

    /// <param name="group">One of <see cref="Groups"/>.</param>
    /// <returns>Templates with their text; null where Jinja2 fails.</returns>
    public static IEnumerable<(string Template, string? Text)> Of(string group) =>
        s_file["groups"]![group]!.AsArray().Select(entry => ((string)entry!["template"]!, (string?)entry["text"]));

    private static string Here([CallerFilePath] string path = "") => path;
}
