using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Templates;

/// <summary>The last message of a conversation that a model is to go on with.</summary>
internal static class FinalMessage
{
    /// <summary>The text up to the end of the last message's content, as <c>continue_final_message</c> of transformers cuts it.</summary>
    /// <exception cref="FormatException">There is no message, its content is no text, or the template left it out.</exception>
    public static string CutBehind(string text, ListValue messages)
    {
        var content = Content(messages) ?? throw new FormatException("There is no last message with a text to continue.");
        var start = Whitespace.CountAtStart(content);
        var trimmed = content[start..];
        trimmed = trimmed[..^Whitespace.CountAtEnd(trimmed)];
        var at = text.LastIndexOf(trimmed, StringComparison.Ordinal);
        if (at < 0)
        {
            throw new FormatException("The last message does not appear in the text, so it cannot be continued; the template may have changed or left it out.");
        }

        // Where the template trimmed the message, what it trimmed stays away.
        var whole = content[start..];
        return string.CompareOrdinal(text, at, content, 0, whole.Length) == 0 && whole.Length == content.Length
            ? text[..(at + whole.Length)]
            : text[..(at + trimmed.Length)];
    }

    private static string? Content(ListValue messages) => messages.Elements is not [.., DictValue last] ? null : last.Find("content") switch
    {
        StringValue text => text.Text,
        ListValue parts => parts.Elements.Reverse().OfType<DictValue>().Select(part => part.Find("text")).OfType<StringValue>().FirstOrDefault()?.Text,
        _ => null,
    };
}
