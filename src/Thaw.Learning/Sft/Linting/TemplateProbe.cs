using Thaw.Learning.Sft.Rows;
using Thaw.Learning.Templates;

namespace Thaw.Learning.Sft.Linting;

/// <summary>What a model's chat template writes around words; null without a template, or where it refuses them or cannot be read.</summary>
internal static class TemplateProbe
{
    private static readonly ChatTemplateOptions s_plain = new();
    private static readonly ChatTemplateOptions s_opens = new() { AddGenerationPrompt = true };

    /// <summary>A question and its answer, and the same once more behind a system turn where the template takes one.</summary>
    public static string? ExchangeOrNull(RowModel model) =>
        Render(model, s_plain, ("user", "q"), ("assistant", "a")) is { } exchange ? exchange + Render(model, s_plain, ("system", "s"), ("user", "q"), ("assistant", "a")) : null;

    /// <summary>What opens the assistant's turn.</summary>
    public static string? OpeningOrNull(RowModel model) =>
        Render(model, s_plain, ("user", "q")) is { } closed && PromptOrNull(model, "q") is { } open && open.StartsWith(closed, StringComparison.Ordinal)
            ? open[closed.Length..]
            : null;

    /// <summary>A question up to where the answer begins.</summary>
    public static string? PromptOrNull(RowModel model, string question) => Render(model, s_opens, ("user", question));

    private static string? Render(RowModel model, ChatTemplateOptions options, params ReadOnlySpan<(string, string)> messages)
    {
        try
        {
            return model.Template?.Render(ChatConversation.Of(messages), options);
        }
        catch (Exception error) when (error is FormatException or InvalidDataException)
        {
            // Rows that are chats will say so with their place; rows of text do not need the template.
            return null;
        }
    }
}
