using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Templates;

/// <summary>The messages of a chat and the tools it may use, as JSON: keys that only some templates know, such as <c>tool_calls</c> and
/// <c>reasoning_content</c>, survive.</summary>
public sealed class ChatConversation
{
    private ChatConversation(JsonElement messages, JsonElement? tools, string source)
    {
        (Messages, Tools) = (messages, tools);
        MessageValues = Objects(messages, "messages", source);
        ToolValues = tools is { } given ? Objects(given, "tools", source) : null;
    }

    /// <summary>A list of objects.</summary>
    public JsonElement Messages { get; }

    /// <summary>A list of objects, or null where the conversation has none.</summary>
    public JsonElement? Tools { get; }

    internal ListValue MessageValues { get; }

    internal ListValue? ToolValues { get; }

    /// <exception cref="FormatException">The file is not JSON or not a conversation; the message names file and place.</exception>
    public static ChatConversation ReadFile(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return Parse(File.ReadAllBytes(file), file);
    }

    /// <param name="source">Names the JSON in messages: a file, or "request".</param>
    /// <exception cref="FormatException">Not JSON, or not an object with <c>messages</c>, a list of objects, and perhaps <c>tools</c>.</exception>
    public static ChatConversation Parse(ReadOnlyMemory<byte> json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("messages", out var messages)
                ? Of(messages.Clone(), root.TryGetProperty("tools", out var tools) ? tools.Clone() : null, source)
                : throw new FormatException($"{source}: an object with 'messages' is expected.");
        }
        catch (JsonException error)
        {
            throw new FormatException($"{source}: line {error.LineNumber + 1}: not JSON: {JsonFault.Describe(error)}", error);
        }
    }

    /// <param name="tools">JSON's null is as good as none.</param>
    /// <param name="source">Names the JSON in messages: a file, or "request".</param>
    /// <exception cref="FormatException"><paramref name="messages"/> or <paramref name="tools"/> is no list of objects, or holds half of a surrogate pair.</exception>
    public static ChatConversation Of(JsonElement messages, JsonElement? tools = null, string source = "conversation") =>
        new(messages, tools is { ValueKind: not JsonValueKind.Null } given ? given : null, source);

    /// <summary>A conversation of plain messages.</summary>
    public static ChatConversation Of(params ReadOnlySpan<(string Role, string Content)> messages)
    {
        var list = new JsonArray();
        foreach (var (role, content) in messages)
        {
            list.Add(new JsonObject { ["role"] = role, ["content"] = content });
        }

        return Of(JsonSerializer.SerializeToElement(list));
    }

    private static ListValue Objects(JsonElement list, string name, string source)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"{source}: '{name}' must be a list.");
        }

        foreach (var (item, i) in list.EnumerateArray().Select((item, i) => (item, i)))
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException($"{source}: {name}[{i}] must be an object.");
            }
        }

        return (ListValue)JsonValues.Read(list, $"{source}: {name}");
    }
}
