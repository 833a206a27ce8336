using System.Text.Json;
using Thaw.Learning.Templates;

namespace Thaw.Learning.Sft.Rows;

/// <summary>A chat as the model's template writes it, cut where the assistant begins and ends.</summary>
/// <param name="assistantOnly">Targets are all the assistant's turns; else all that is behind the prompt.</param>
internal sealed class ChatWriter(ChatTemplate template, bool assistantOnly)
{
    private static readonly ChatTemplateOptions s_plain = new();

    /// <summary>Pieces with the prompt's text as first one, or, of all turns, with whatever stands before the first.</summary>
    /// <exception cref="FormatException">The template refuses the chat, or writes its beginning in another way than the whole, so that the place of the answer is not known.</exception>
    public IReadOnlyList<TextPiece> Write(ChatContent chat)
    {
        var whole = template.RenderWithSpans(Conversation(chat, chat.Prompt.Count + chat.Completion.Count), Options(chat, opens: false));
        var spans = assistantOnly ? AssistantSpans(chat, whole) : [PromptOf(chat, chat.Prompt.Count, whole.Text, "the prompt").Length..whole.Text.Length];
        return Cut(whole.Text, spans);
    }

    // A template without generation blocks shows the assistant's turns by what each message adds.
    private List<Range> AssistantSpans(ChatContent chat, RenderedChat whole)
    {
        if (whole.AssistantSpans.Count > 0)
        {
            return [.. whole.AssistantSpans];
        }

        var spans = new List<Range>();
        foreach (var (message, i) in chat.Prompt.Concat(chat.Completion).Select((message, i) => (message, i)))
        {
            if (message.GetProperty("role").ValueEquals("assistant"))
            {
                var start = PromptOf(chat, i, whole.Text, $"the chat before message {i}").Length;
                var end = BeginningOf(chat, i + 1, whole.Text, opens: false, $"the chat up to message {i}").Length;
                spans.Add(start..end);
            }
        }

        return spans;
    }

    private string PromptOf(ChatContent chat, int messages, string whole, string what) => BeginningOf(chat, messages, whole, opens: true, what);

    private string BeginningOf(ChatContent chat, int messages, string whole, bool opens, string what)
    {
        var text = template.Render(Conversation(chat, messages), Options(chat, opens));
        return whole.StartsWith(text, StringComparison.Ordinal)
            ? text
            : throw new FormatException(
                $"the model's template writes {what} in another way when the answer follows, so it is not known where the answer begins"
                + (assistantOnly ? "; assistant_only_loss needs a template with generation blocks for it." : "."));
    }

    private static ChatConversation Conversation(ChatContent chat, int messages) =>
        ChatConversation.Of(JsonSerializer.SerializeToElement(chat.Prompt.Concat(chat.Completion).Take(messages)), chat.Tools, "chat");

    private static ChatTemplateOptions Options(ChatContent chat, bool opens) =>
        opens || chat.Variables.Count > 0 ? new ChatTemplateOptions { AddGenerationPrompt = opens, Variables = chat.Variables } : s_plain;

    private static List<TextPiece> Cut(string text, IReadOnlyList<Range> spans)
    {
        var (pieces, at) = (new List<TextPiece>(), 0);
        foreach (var span in spans)
        {
            var (start, end) = (span.Start.Value, span.End.Value);
            pieces.Add(new TextPiece(text[at..start], IsTarget: false));
            pieces.Add(new TextPiece(text[start..end], IsTarget: true));
            at = end;
        }

        if (at < text.Length)
        {
            pieces.Add(new TextPiece(text[at..], IsTarget: false));
        }

        return pieces;
    }
}
