using Thaw.Learning.Jinja;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Templates;

/// <summary>How a model wants its conversations written: a Jinja template and the special tokens it names. Immutable; threads may share it.</summary>
/// <remarks>
/// A template gets <c>messages</c>, <c>tools</c>, <c>documents</c> (none), <c>add_generation_prompt</c>, the special tokens and the variables of the
/// options, as from <c>apply_chat_template</c> of transformers. Rendering takes at most ten million steps and 128 million characters.
/// </remarks>
public sealed class ChatTemplate
{
    /// <summary>Used instead of the default template where a conversation has tools, if a model has a template of this name.</summary>
    internal const string ToolUse = "tool_use";

    private readonly JinjaTemplate _template;
    private readonly JinjaTemplate? _withTools;
    private readonly IReadOnlyDictionary<string, Value> _tokens;

    private ChatTemplate(JinjaTemplate template, JinjaTemplate? withTools, IReadOnlyDictionary<string, Value> tokens) =>
        (_template, _withTools, _tokens) = (template, withTools, tokens);

    /// <summary>The template of a checkpoint folder.</summary>
    /// <param name="name">One of several templates by its name, or a wrapper of the paper (<see cref="PaperWrappers"/>); null for the default
    /// one, or the one called <c>tool_use</c> where a conversation has tools.</param>
    /// <exception cref="FormatException">There is none (of that name), or a file is malformed; the message names it.</exception>
    /// <exception cref="InvalidDataException">A file is not JSON, or a key of it has a wrong type; the message names file and key.</exception>
    public static ChatTemplate Load(string modelFolder, string? name = null) => Find(modelFolder, name)
        ?? throw new FormatException($"{modelFolder}: the model has no chat template (chat_template.jinja, or chat_template in tokenizer_config.json).");

    /// <summary>As <see cref="Load"/>; null where the folder has no chat template.</summary>
    public static ChatTemplate? Find(string modelFolder, string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelFolder);
        var folder = TemplateFolder.Read(modelFolder);
        var tokens = Tokens(folder.SpecialTokens);
        if (name is not null && PaperWrappers.Sources.TryGetValue(name, out var wrapper))
        {
            return new ChatTemplate(JinjaTemplate.Parse(wrapper, name), null, tokens);
        }

        if (name is null && folder.Templates.Count == 0)
        {
            return null;
        }

        var template = folder.Require(name);
        var withTools = name is null && folder.Templates.TryGetValue(ToolUse, out var source) ? source : (SourceText?)null;
        return new ChatTemplate(template.Parse(), withTools?.Parse(), tokens);
    }

    /// <param name="name">Stands before line and column in messages.</param>
    /// <param name="specialTokens">Variables such as <c>bos_token</c>; a token that is missing is undefined.</param>
    /// <exception cref="JinjaException">The source is no template.</exception>
    public static ChatTemplate Parse(string source, string name, IReadOnlyDictionary<string, string>? specialTokens = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new ChatTemplate(JinjaTemplate.Parse(source, name), null, Tokens(specialTokens ?? new Dictionary<string, string>()));
    }

    /// <exception cref="JinjaException">The template refuses the conversation, fails, or exceeds its limits.</exception>
    /// <exception cref="FormatException">The last message is to be continued and is not to be found in the text.</exception>
    public string Render(ChatConversation conversation, ChatTemplateOptions options) => Finish(Run(conversation, options).Result, conversation, options);

    /// <summary>As <see cref="Render"/>, with what the assistant wrote marked.</summary>
    /// <exception cref="JinjaException">As <see cref="Render"/>; or a <c>generation</c> block stands in a macro or a captured text, so that its
    /// place in the result is not known.</exception>
    public RenderedChat RenderWithSpans(ChatConversation conversation, ChatTemplateOptions options)
    {
        var run = Run(conversation, options);
        if (run.LostSpan is { } place)
        {
            throw run.At(place).Error("a generation block within a macro or a captured text cannot be marked in the result");
        }

        var text = Finish(run.Result, conversation, options);
        var spans = run.Spans
            .Select(span => span.Start.Value..Math.Min(span.End.Value, text.Length))
            .Where(span => span.Start.Value < span.End.Value);
        return new RenderedChat(text, [.. spans]);
    }

    private static Dictionary<string, Value> Tokens(IReadOnlyDictionary<string, string> tokens) =>
        tokens.ToDictionary(token => token.Key, Value (token) => new StringValue(token.Value));

    private Rendering Run(ChatConversation conversation, ChatTemplateOptions options)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        ArgumentNullException.ThrowIfNull(options);
        if (options.AddGenerationPrompt && options.ContinueFinalMessage)
        {
            throw new ArgumentException("A text cannot both open a new turn of the assistant and continue the last message.", nameof(options));
        }

        var variables = new Dictionary<string, Value>(_tokens);
        foreach (var (name, value) in options.Variables)
        {
            variables[name] = JsonValues.Read(value, name);
        }

        variables["messages"] = conversation.MessageValues;
        variables["tools"] = conversation.ToolValues ?? (Value)NoneValue.Instance;
        variables["documents"] = variables.GetValueOrDefault("documents", NoneValue.Instance);
        variables["add_generation_prompt"] = BoolValue.Of(options.AddGenerationPrompt);
        var template = conversation.Tools is not null && _withTools is not null ? _withTools : _template;
        return template.Render(variables, options.Clock, JinjaLimits.Default);
    }

    private static string Finish(string text, ChatConversation conversation, ChatTemplateOptions options) =>
        options.ContinueFinalMessage ? FinalMessage.CutBehind(text, conversation.MessageValues) : text;
}
