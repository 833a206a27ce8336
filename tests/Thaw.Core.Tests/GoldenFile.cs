using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Thaw.Core.Tests;

/// <summary>Files of tests/golden, where they lie.</summary>
internal static class GoldenFile
{
    /// <param name="name">Below tests/golden: <c>tasks/sokoban_rooms.json</c>.</param>
    public static string PathOf(string name) => Path.Combine(Path.GetDirectoryName(Here())!, "..", "golden", name);

    /// <summary>The elements of a file that holds one JSON array.</summary>
    public static IReadOnlyList<JsonObject> Entries(string name) =>
        [.. JsonNode.Parse(File.ReadAllText(PathOf(name)))!.AsArray().Select(entry => entry!.AsObject())];

    private static string Here([CallerFilePath] string path = "") => path;
}
