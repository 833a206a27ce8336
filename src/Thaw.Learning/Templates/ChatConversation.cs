using System.Text.Json;
using System.Text.Json.Nodes;

namespace Thaw.Learning.Templates;

/// <summary>The messages of a chat and the tools it may use, as JSON: keys that only some templates know, such as <c>tool_calls</c> and
/// <c>reasoning_content</c>, survive.</summary>
public sealed record ChatConversation
{
    private ChatConversation(JsonElement messages, JsonElement? tools) => (Messages, Tools) = (messages, tools);

    /// <summary>A list of objects.</summary>
    public JsonElement Messages { get; }

    /// <summary>A list of objects, or null where the conversation has none.</summary>
    public JsonElement? Tools { get; }

    /// <exception cref="FormatException">The file is not JSON or not a conversation; the message names file and place.</exception>
    public static ChatConversation ReadFile(string file) => throw new NotImplementedException();

    /// <param name="source">Names the JSON in messages: a file, or "request".</param>
    /// <exception cref="FormatException">Not JSON, or not an object with <c>messages</c>, a list of objects, and perhaps <c>tools</c>.</exception>
    public static ChatConversation Parse(ReadOnlyMemory<byte> json, string source) => throw new NotImplementedException();

    /// <param name="source">Names the JSON in messages: a file, or "request".</param>
    /// <exception cref="FormatException"><paramref name="messages"/> or <paramref name="tools"/> is no list of objects, or holds half of a surrogate pair.</exception>
    public static ChatConversation Of(JsonElement messages, JsonElement? tools = null, string source = "conversation") => throw new NotImplementedException();

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
}
