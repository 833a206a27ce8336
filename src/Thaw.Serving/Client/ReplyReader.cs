using System.Text.Json;
using Thaw.Core.Generation;
using Thaw.Core.Storage;

namespace Thaw.Serving.Client;

/// <summary>Reads the answers of <c>/completions</c> and <c>/chat/completions</c>.</summary>
internal static class ReplyReader
{
    /// <exception cref="FormatException">The reply is not of that form; the message says which key is not.</exception>
    /// <exception cref="JsonException">The reply is not JSON.</exception>
    public static ServedAnswers Read(ReadOnlyMemory<byte> reply, int choices)
    {
        using var document = JsonDocument.Parse(reply);
        var root = document.RootElement;
        if (JsonText.ValueOrNull(root, "choices") is not { ValueKind: JsonValueKind.Array } list)
        {
            throw new FormatException("key 'choices' is missing or no list");
        }

        if (list.GetArrayLength() != choices)
        {
            throw new FormatException($"key 'choices' has {list.GetArrayLength()} entries, not {choices}");
        }

        return new ServedAnswers(
            [.. list.EnumerateArray().Select((choice, place) => (choice, place)).OrderBy(c => Number(c.choice, "index") ?? c.place).Select(c => ReadChoice(c.choice))],
            Number(JsonText.ValueOrNull(root, "usage"), "prompt_tokens") ?? 0,
            Number(JsonText.ValueOrNull(root, "usage"), "completion_tokens") ?? 0,
            TextOrNull(root, "system_fingerprint"));
    }

    // A chat model that thought and said nothing has null for content. Reasons other than the length (a filter, a tool) ended the text all the same.
    private static ServedChoice ReadChoice(JsonElement choice)
    {
        var message = JsonText.ValueOrNull(choice, "message");
        var text = (message is { } m ? JsonText.ValueOrNull(m, "content") : JsonText.ValueOrNull(choice, "text")) switch
        {
            { ValueKind: JsonValueKind.String } content => JsonText.Read(content),
            { ValueKind: JsonValueKind.Null } when message is not null => "",
            _ => throw new FormatException("a choice has neither 'text' nor 'message.content'"),
        };
        return new ServedChoice(text, TextOrNull(choice, "finish_reason") == "length" ? FinishReason.Length : FinishReason.Stop);
    }

    private static string? TextOrNull(JsonElement element, string key) =>
        JsonText.ValueOrNull(element, key) is { ValueKind: JsonValueKind.String } text ? JsonText.Read(text) : null;

    private static int? Number(JsonElement? element, string key) =>
        element is { } e && JsonText.ValueOrNull(e, key) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value >= 0
            ? value
            : null;
}
