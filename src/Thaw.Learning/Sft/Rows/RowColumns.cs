using System.Text.Json;
using Thaw.Core.Storage;

namespace Thaw.Learning.Sft.Rows;

/// <summary>The columns of a row in the forms that trainers use; columns that no form has are passed over.</summary>
/// <remarks>
/// The first that is there: <c>messages</c>; <c>prompt</c> and <c>completion</c> (or <c>response</c>), both texts or both messages;
/// <c>prompt</c> as messages with verl's <c>extra_info.answer</c>; <c>question</c> and <c>answer</c>; <c>text</c>.
/// </remarks>
internal sealed class RowColumns(IReadOnlyDictionary<string, JsonElement> columns)
{
    private const string Assistant = "assistant";
    private static readonly string[] s_provenanceColumns = ["extra_info", "metadata"];

    /// <exception cref="FormatException">The row has none of the forms, or a column of it is of the wrong kind; the message names the column.</exception>
    public RowContent ReadContent()
    {
        if (Find("messages") is { } messages)
        {
            return Chat(Messages(messages, "messages"));
        }

        if (Find("prompt") is { } prompt)
        {
            return prompt.ValueKind == JsonValueKind.Array ? AfterMessages(Messages(prompt, "prompt")) : AfterText(Text(prompt, "prompt"));
        }

        if (Find("question") is { } question)
        {
            var answer = Find("answer") ?? throw new FormatException("'question' without 'answer'.");
            return Chat([Message("user", Text(question, "question")), Message(Assistant, Text(answer, "answer"))]);
        }

        return Find("text") is { } text
            ? new TextContent("", Text(text, "text"))
            : throw new FormatException("expected 'messages', 'prompt' and 'completion', 'question' and 'answer', or 'text'.");
    }

    /// <summary>A text that says where the row comes from; empty where it does not. Looked for in the row, then where verl and reasoning-gym put it.</summary>
    public string Provenance(string key)
    {
        var found = Find(key) ?? s_provenanceColumns.Select(column => Find(column) is { } extra ? JsonText.ValueOrNull(extra, key) : null).FirstOrDefault(value => value is not null);
        return found is { ValueKind: JsonValueKind.String } text ? JsonText.Read(text) : "";
    }

    private TextContent AfterText(string prompt)
    {
        var (completion, name) = Completion() ?? throw new FormatException("'prompt' without 'completion'.");
        return completion.ValueKind == JsonValueKind.Array
            ? throw new FormatException($"'prompt' is a text and '{name}' a list; both must be texts, or both lists of messages.")
            : new TextContent(prompt, Text(completion, name));
    }

    private ChatContent AfterMessages(List<JsonElement> prompt)
    {
        if (prompt is [] || RoleOf(prompt[^1]) == Assistant)
        {
            throw new FormatException("'prompt' must end in a message that the assistant answers.");
        }

        if (Completion() is var (completion, name))
        {
            return completion.ValueKind == JsonValueKind.Array
                ? Chat(prompt, Messages(completion, name), name)
                : throw new FormatException($"'prompt' is a list and '{name}' is none; both must be texts, or both lists of messages.");
        }

        return Find("extra_info") is { } extra && JsonText.ValueOrNull(extra, "answer") is { } answer
            ? Chat(prompt, [Message(Assistant, Text(answer, "extra_info.answer"))], "extra_info.answer")
            : throw new FormatException("'prompt' without 'completion', and no 'extra_info.answer' in its place.");
    }

    private ChatContent Chat(List<JsonElement> messages) =>
        messages is [] ? throw new FormatException("'messages' is empty.") : Chat(messages[..^1], messages[^1..], "messages");

    private ChatContent Chat(List<JsonElement> prompt, List<JsonElement> completion, string name) =>
        completion is [.., var last] && RoleOf(last) == Assistant
            ? new ChatContent(prompt, completion, Tools(), Variables())
            : throw new FormatException($"the last of '{name}' is not the assistant's, so there is nothing to learn.");

    private (JsonElement Value, string Name)? Completion() =>
        Find("completion") is { } completion ? (completion, "completion") : Find("response") is { } response ? (response, "response") : null;

    private JsonElement? Tools() => Find("tools") switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } tools => tools,
        { ValueKind: JsonValueKind.String } json => ParsedTools(JsonText.Read(json)),
        _ => throw new FormatException("'tools' must be a list."),
    };

    // Tables of columns cannot hold objects of different forms, so TRL allows them as JSON in a text.
    private static JsonElement ParsedTools(string json)
    {
        try
        {
            return JsonElement.Parse(json);
        }
        catch (JsonException error)
        {
            throw new FormatException("'tools' is a text that is no JSON.", error);
        }
    }

    private Dictionary<string, JsonElement> Variables() => Find("chat_template_kwargs") switch
    {
        null => [],
        { ValueKind: JsonValueKind.Object } named => named.EnumerateObject().ToDictionary(member => member.Name, member => member.Value),
        _ => throw new FormatException("'chat_template_kwargs' must be an object."),
    };

    // A column that is null is as good as none: tables have every column in every row.
    private JsonElement? Find(string key) => columns.TryGetValue(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.String ? JsonText.Read(value) : throw new FormatException($"'{name}' must be a text.");

    private static List<JsonElement> Messages(JsonElement list, string name)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"'{name}' must be a list of messages.");
        }

        var messages = list.EnumerateArray().ToList();
        var bad = messages.FindIndex(message => RoleOf(message) is null);
        return bad < 0 ? messages : throw new FormatException($"{name}[{bad}] must be an object with a 'role'.");
    }

    private static string? RoleOf(JsonElement message) =>
        JsonText.ValueOrNull(message, "role") is { ValueKind: JsonValueKind.String } role ? JsonText.Read(role) : null;

    private static JsonElement Message(string role, string content) =>
        JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["role"] = role, ["content"] = content });
}
