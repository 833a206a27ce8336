namespace Thaw.Learning.Templates;

/// <summary>How a model wants its conversations written: a Jinja template and the special tokens it names. Immutable; threads may share it.</summary>
public sealed class ChatTemplate
{
    /// <summary>The template of a checkpoint folder.</summary>
    /// <param name="name">One of several templates by its name; null for the default one, or the one called <c>tool_use</c> where a conversation has tools.</param>
    /// <exception cref="FormatException">There is none (of that name), or a file is malformed; the message names it.</exception>
    public static ChatTemplate Load(string modelFolder, string? name = null) => throw new NotImplementedException();

    /// <summary>As <see cref="Load"/>; null where the folder has no chat template.</summary>
    public static ChatTemplate? Find(string modelFolder, string? name = null) => throw new NotImplementedException();

    /// <param name="name">Stands before line and column in messages.</param>
    /// <param name="specialTokens">Variables such as <c>bos_token</c>; a token that is missing is undefined.</param>
    /// <exception cref="Jinja.JinjaException">The source is no template.</exception>
    public static ChatTemplate Parse(string source, string name, IReadOnlyDictionary<string, string>? specialTokens = null) => throw new NotImplementedException();

    /// <exception cref="Jinja.JinjaException">The template refuses the conversation, fails, or exceeds its limits.</exception>
    public string Render(ChatConversation conversation, ChatTemplateOptions options) => throw new NotImplementedException();

    /// <summary>As <see cref="Render"/>, with what the assistant wrote marked.</summary>
    public RenderedChat RenderWithSpans(ChatConversation conversation, ChatTemplateOptions options) => throw new NotImplementedException();
}
