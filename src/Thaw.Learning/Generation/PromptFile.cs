using System.Text.Json;
using Thaw.Core.Storage;
using Thaw.Learning.Templates;

namespace Thaw.Learning.Generation;

/// <summary>One line of a file of prompts.</summary>
/// <param name="Line">Counted from 1; empty lines count.</param>
/// <param name="Columns">All its keys.</param>
/// <param name="Text">What the model is given, verbatim.</param>
public sealed record PromptRow(int Line, IReadOnlyDictionary<string, JsonElement> Columns, string Text);

/// <summary>JSON Lines with <c>prompt</c>, a text, or <c>messages</c> (or a list as <c>prompt</c>), a chat that the model's template turns into text.</summary>
/// <param name="templateOrNull">Makes the template when the first chat is met; gives null where the model has none.</param>
public sealed class PromptFile(string path, Func<ChatTemplate?> templateOrNull)
{
    private static readonly ChatTemplateOptions s_opensAnswer = new() { AddGenerationPrompt = true };

    private ChatTemplate? _template;

    /// <summary>Reads as a stream.</summary>
    /// <exception cref="InvalidDataException">A line is malformed, has no prompt, or has a chat that the model has no template for: <c>FILE: line N: cause</c>.</exception>
    public IEnumerable<PromptRow> Read() => JsonLines.ReadEach<Dictionary<string, JsonElement>>(path)
        .Select(line => new PromptRow(line.Number, line.Value ?? throw line.Error!, TextOf(line.Value, $"{path}: line {line.Number}")));

    private string TextOf(Dictionary<string, JsonElement> columns, string place)
    {
        if (columns.TryGetValue("prompt", out var prompt) && prompt.ValueKind == JsonValueKind.String)
        {
            return JsonText.Read(prompt);
        }

        var messages = prompt.ValueKind == JsonValueKind.Array ? prompt : columns.GetValueOrDefault("messages");
        if (messages.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException($"{place}: expected a text as prompt, or a list of messages.");
        }

        _template ??= templateOrNull() ?? throw new InvalidDataException($"{place}: a chat, but the model has no chat template.");
        try
        {
            var tools = columns.TryGetValue("tools", out var given) ? given : (JsonElement?)null;
            return _template.Render(ChatConversation.Of(messages, tools, place), s_opensAnswer);
        }
        catch (FormatException error)
        {
            throw new InvalidDataException(error.Message.StartsWith(place, StringComparison.Ordinal) ? error.Message : $"{place}: {error.Message}", error);
        }
    }
}
