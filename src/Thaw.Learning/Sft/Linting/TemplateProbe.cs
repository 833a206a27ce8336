using Thaw.Learning.Templates;

namespace Thaw.Learning.Sft.Linting;

/// <summary>What a chat template writes around words.</summary>
internal static class TemplateProbe
{
    private static readonly ChatTemplateOptions s_plain = new();
    private static readonly ChatTemplateOptions s_opens = new() { AddGenerationPrompt = true };

    /// <summary>A question and its answer; null without a template, or where it refuses them.</summary>
    public static string? ExchangeOrNull(ChatTemplate? template) => Render(template, s_plain, ("user", "q"), ("assistant", "a"));

    /// <summary>What opens the assistant's turn; null without a template, or where that is not known.</summary>
    public static string? OpeningOrNull(ChatTemplate? template) =>
        Render(template, s_plain, ("user", "q")) is { } closed && PromptOrNull(template, "q") is { } open && open.StartsWith(closed, StringComparison.Ordinal)
            ? open[closed.Length..]
            : null;

    /// <summary>A question up to where the answer begins.</summary>
    public static string? PromptOrNull(ChatTemplate? template, string question) => Render(template, s_opens, ("user", question));

    private static string? Render(ChatTemplate? template, ChatTemplateOptions options, params ReadOnlySpan<(string, string)> messages)
    {
        try
        {
            return template?.Render(ChatConversation.Of(messages), options);
        }
        catch (FormatException)
        {
            // Rows that are chats will say so with their place; rows of text do not need the template.
            return null;
        }
    }
}
