using System.Text.Json;

namespace Thaw.Core.Storage;

/// <summary>One line of a file of which only some columns are known. Of keys that occur twice the last one counts.</summary>
public sealed class JsonRow(IReadOnlyDictionary<string, JsonElement> columns)
{
    /// <summary>Reads as a stream.</summary>
    /// <exception cref="InvalidDataException">A line is not one JSON object: <c>FILE: line N: cause</c>.</exception>
    public static IEnumerable<JsonRow> ReadAll(string path) => JsonLines.Read<Dictionary<string, JsonElement>>(path).Select(columns => new JsonRow(columns));

    /// <summary>The text of a column, or of the messages of a chat in it, joined; null where it holds neither.</summary>
    public string? TextOrNull(string key) => columns.TryGetValue(key, out var value) ? TextOf(value) : null;

    /// <summary>Null where the column is not a list of texts.</summary>
    public IReadOnlyList<string>? TextsOrNull(string key) =>
        ListOrNull(key) is { } items && items.All(item => item.ValueKind == JsonValueKind.String) ? [.. items.Select(JsonText.Read)] : null;

    /// <summary>Null where the column is not a list of whole numbers.</summary>
    public IReadOnlyList<int>? NumbersOrNull(string key) =>
        ListOrNull(key) is { } items && items.All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _)) ? [.. items.Select(item => item.GetInt32())] : null;

    private JsonElement[]? ListOrNull(string key) =>
        columns.TryGetValue(key, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : null;

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JsonText.Read(value),
        JsonValueKind.Array when value.GetArrayLength() > 0 => string.Join('\n', value.EnumerateArray().Select(ContentOf)),
        _ => null,
    };

    private static string? ContentOf(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("content", out var content) ? TextOf(content) : null;
}
