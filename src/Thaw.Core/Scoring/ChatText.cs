using System.Text;
using System.Text.Json;
using Thaw.Core.Storage;

namespace Thaw.Core.Scoring;

/// <summary>Lists of chat messages as one text, in ChatML: the markers of the paper's prompts.</summary>
internal static class ChatText
{
    private const string Assistant = "assistant";

    /// <summary>A string as it is; messages with their markers, and behind them the opening of the assistant's turn.</summary>
    /// <exception cref="FormatException">Neither a string nor a list of messages.</exception>
    public static string WritePrompt(JsonElement prompt) => prompt.ValueKind == JsonValueKind.String
        ? JsonText.Read(prompt)
        : Write(prompt, prompt.GetArrayLengthOrZero());

    /// <summary>A string as it is; of messages the contents.</summary>
    /// <exception cref="FormatException">Neither a string nor a list of messages.</exception>
    public static string ReadCompletion(JsonElement completion) => completion.ValueKind == JsonValueKind.String
        ? JsonText.Read(completion)
        : string.Concat(Messages(completion).Select(ContentOf));

    public static bool EndsInAnAnswer(JsonElement messages) =>
        messages.GetArrayLengthOrZero() is > 0 and var count && RoleOf(messages[count - 1]) == Assistant;

    /// <summary>The messages before the last one as prompt, and the content of the last one.</summary>
    public static (string Prompt, string Completion) SplitLast(JsonElement messages)
    {
        var last = messages.GetArrayLength() - 1;
        return (Write(messages, last), ContentOf(messages[last]));
    }

    private static string Write(JsonElement messages, int count)
    {
        var text = new StringBuilder();
        foreach (var message in Messages(messages).Take(count))
        {
            text.Append("<|im_start|>").Append(RoleOf(message)).Append('\n').Append(ContentOf(message)).Append("<|im_end|>\n");
        }

        return text.Append("<|im_start|>").Append(Assistant).Append('\n').ToString();
    }

    private static JsonElement.ArrayEnumerator Messages(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? list.EnumerateArray()
        : throw new FormatException("prompt and completion must be strings or lists of messages.");

    private static int GetArrayLengthOrZero(this JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() : 0;

    private static string RoleOf(JsonElement message) =>
        JsonText.ValueOrNull(message, "role") is { ValueKind: JsonValueKind.String } role
            ? JsonText.Read(role)
            : throw new FormatException("a message has no role.");

    // A list of parts is how images and text are mixed; only text is of use here. No content is an assistant that said nothing.
    private static string ContentOf(JsonElement message) => JsonText.ValueOrNull(message, "content") switch
    {
        { ValueKind: JsonValueKind.String } text => JsonText.Read(text),
        { ValueKind: JsonValueKind.Null } => "",
        { ValueKind: JsonValueKind.Array } parts => string.Concat(parts.EnumerateArray().Select(TextOfPart)),
        _ => throw new FormatException("the content of a message is not text."),
    };

    private static string TextOfPart(JsonElement part) =>
        JsonText.ValueOrNull(part, "text") is { ValueKind: JsonValueKind.String } text
            ? JsonText.Read(text)
            : throw new FormatException("a part of a message is not text.");
}
