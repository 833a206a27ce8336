using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Thaw.Core.Storage;

/// <summary>Strings of JSON that other programs wrote.</summary>
public static class JsonText
{
    /// <summary>The text of a string; an escaped half of a surrogate pair, which is no text, becomes U+FFFD.</summary>
    /// <remarks>Python writes such halves for bytes that are not UTF-8, and .NET refuses to read them.</remarks>
    public static string Read(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return JsonSerializer.Deserialize<string>(WithoutHalves(text.GetRawText()))!;
        }
    }

    /// <summary>The value of a key; null where there is none, or <paramref name="element"/> is no object.</summary>
    /// <exception cref="FormatException">A key of the object is not text.</exception>
    public static JsonElement? ValueOrNull(JsonElement element, string key)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) ? value : null;
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException("a key holds half of a surrogate pair.", error);
        }
    }

    private static string WithoutHalves(string json)
    {
        var whole = new StringBuilder(json.Length);
        for (var at = 0; at < json.Length;)
        {
            if (json[at] != '\\' || json[at + 1] != 'u')
            {
                var length = json[at] == '\\' ? 2 : 1;
                whole.Append(json, at, length);
                at += length;
                continue;
            }

            var unit = UnitAt(json, at);
            if (char.IsHighSurrogate(unit) && json[at + 6] == '\\' && json[at + 7] == 'u' && char.IsLowSurrogate(UnitAt(json, at + 6)))
            {
                whole.Append(json, at, 12);
                at += 12;
                continue;
            }

            whole.Append(char.IsSurrogate(unit) ? "\\uFFFD" : json.AsSpan(at, 6));
            at += 6;
        }

        return whole.ToString();
    }

    // The string is well-formed JSON, so four digits follow, and a closing quote stands behind every escape.
    private static char UnitAt(string json, int escape) => (char)int.Parse(json.AsSpan(escape + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
