using System.Text.Json;
using System.Text.Json.Nodes;

namespace Thaw.Serving.Server;

/// <summary>The messages of a request as templates want them: content is text.</summary>
internal static class ChatMessages
{
    private const int MaxMessages = 10_000;

    /// <returns>The messages, with contents that were lists of text parts put together. Keys that only some templates know are kept.</returns>
    /// <exception cref="ApiException">Not a list of messages, or a part that is no text.</exception>
    public static JsonElement Read(JsonElement messages)
    {
        if (messages.ValueKind != JsonValueKind.Array)
        {
            throw Parameters.WrongKind("messages", "a list of messages");
        }

        if (messages.GetArrayLength() is 0 or > MaxMessages)
        {
            throw ApiException.Invalid("messages", $"'messages' must have 1 to {MaxMessages} entries, not {messages.GetArrayLength()}.");
        }

        var list = new JsonArray();
        foreach (var message in messages.EnumerateArray())
        {
            list.Add(ReadOne(message, $"messages[{list.Count}]"));
        }

        return JsonSerializer.SerializeToElement(list);
    }

    private static JsonObject ReadOne(JsonElement message, string place)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            throw Parameters.WrongKind(place, "an object");
        }

        try
        {
            var read = new JsonObject();
            foreach (var property in message.EnumerateObject())
            {
                read[property.Name] = property.Name switch
                {
                    "role" => Parameters.TextOf(property.Value, $"{place}.role"),
                    "content" => ContentOf(property.Value, $"{place}.content"),
                    _ => Checked(property.Value),
                };
            }

            return read.ContainsKey("role") ? read : throw new ApiException(400, $"'{place}.role' is required.", $"{place}.role", "missing_required_parameter");
        }
        catch (InvalidOperationException)
        {
            throw ApiException.Invalid(place, $"'{place}' holds half of a surrogate pair.");
        }
    }

    private static JsonNode? ContentOf(JsonElement content, string place) => content.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => Parameters.TextOf(content, place),
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select((part, i) => TextOf(part, $"{place}[{i}]"))),
        _ => throw Parameters.WrongKind(place, "a string or a list of text parts"),
    };

    private static string TextOf(JsonElement part, string place) =>
        part.ValueKind == JsonValueKind.Object && part.TryGetProperty("type", out var type) && type.ValueEquals("text") && part.TryGetProperty("text", out var text)
            ? Parameters.TextOf(text, $"{place}.text")
            : throw ApiException.Unsupported(place, $"'{place}' is no text part; this server reads text alone.");

    // Reads every text of it once, so that half of a surrogate pair is found here and not in the template.
    private static JsonNode? Checked(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Array:
                return new JsonArray([.. value.EnumerateArray().Select(Checked)]);
            case JsonValueKind.Object:
                return new JsonObject(value.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, Checked(property.Value))));
            default:
                return JsonNode.Parse(value.GetRawText());
        }
    }
}
