using System.Text.Json;
using Thaw.Core.Storage;

namespace Thaw.Core.Scoring;

/// <summary>A line of a file of completions: a question, in words or as an instance, and what was answered.</summary>
public sealed class CompletionRow
{
    private readonly IReadOnlyDictionary<string, JsonElement> _values;

    /// <summary>Takes <c>completion</c> or <c>response</c>, and <c>prompt</c> or <c>messages</c>; the other values are for the task.</summary>
    /// <remarks>
    /// Prompt and completion are strings, or lists of messages with <c>role</c> and <c>content</c>. A list of messages without a completion
    /// beside it ends in the message to score.
    /// </remarks>
    /// <exception cref="FormatException">There is no completion, or one of these is of another kind.</exception>
    public CompletionRow(IReadOnlyDictionary<string, JsonElement> values)
    {
        _values = values;
        var question = ValueOrNull("prompt") ?? ValueOrNull("messages");
        if ((ValueOrNull("completion") ?? ValueOrNull("response")) is { } answer)
        {
            Prompt = question is { } asked ? ChatText.WritePrompt(asked) : null;
            Completion = ChatText.ReadCompletion(answer);
        }
        else if (question is { ValueKind: JsonValueKind.Array } messages && ChatText.EndsInAnAnswer(messages))
        {
            (Prompt, Completion) = ChatText.SplitLast(messages);
        }
        else
        {
            throw new FormatException("there is no completion: expected the key completion or response.");
        }
    }

    /// <summary>What the model was given, as one text with ChatML markers where it was a list of messages; null where the row gives an instance alone.</summary>
    public string? Prompt { get; }

    public string Completion { get; }

    /// <summary>The value of a key; null where it is not there or null.</summary>
    public JsonElement? ValueOrNull(string key) =>
        _values.TryGetValue(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <exception cref="FormatException">The value is not a string.</exception>
    public string? TextOrNull(string key) => ValueOrNull(key) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? JsonText.Read(value)
        : throw new FormatException($"the value of {key} is not a string.");

    /// <summary>The lines of a text that is given as one string or as a list of strings.</summary>
    /// <exception cref="FormatException">The value is neither.</exception>
    public IReadOnlyList<string>? LinesOrNull(string key) => ValueOrNull(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => JsonText.Read(text).ReplaceLineEndings("\n").Trim('\n').Split('\n'),
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(line => line.ValueKind == JsonValueKind.String) =>
            [.. list.EnumerateArray().Select(JsonText.Read)],
        _ => throw new FormatException($"the value of {key} is neither a string nor a list of strings."),
    };
}
