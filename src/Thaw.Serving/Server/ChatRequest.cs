using System.Text.Json;
using Thaw.Learning.Templates;

namespace Thaw.Serving.Server;

/// <summary>Reads requests of <c>/v1/chat/completions</c>: messages become the model's prompt by its own template.</summary>
internal static class ChatRequest
{
    private const int MaxTopLogProbabilities = 20;

    private static readonly string[] s_unsupported =
    [
        "tools", "functions", "function_call", "audio", "prediction", "web_search_options", "reasoning_effort", "verbosity",
    ];

    private static readonly string[] s_own =
    [
        "messages", "max_completion_tokens", "top_logprobs", "response_format", "tool_choice", "modalities", "add_generation_prompt", "continue_final_message",
        "chat_template_kwargs",
    ];

    private static readonly IReadOnlySet<string> s_known = RequestRules.Known(s_own, s_unsupported);

    /// <param name="context">Tokens that prompt and completion may have together.</param>
    /// <exception cref="ApiException">The request is not one that this server answers, or the template refuses it.</exception>
    public static (Job Job, bool HasLogProbabilities) Read(JsonElement body, ServedModel model, int context)
    {
        var parameters = new Parameters(body, s_known);
        RequestRules.RequireModel(parameters, model);
        RequestRules.RefuseUnsupported(parameters, s_unsupported);
        RefuseOtherForms(parameters);
        var prompt = model.Tokenizer.Encode(Render(parameters, model));
        var (limit, key) = LimitOf(parameters);
        var newTokens = RequestRules.NewTokens(limit, otherwise: null, prompt.Length, context, key);
        var sampling = SamplingParameters.Read(parameters, newTokens, model.Tokenizer.VocabularySize);
        var hasLogProbabilities = parameters.Flag("logprobs");
        var top = parameters.Whole("top_logprobs", 0, MaxTopLogProbabilities);
        if (top is not null && !hasLogProbabilities)
        {
            throw ApiException.Invalid("top_logprobs", "'top_logprobs' is allowed only with 'logprobs'.");
        }

        var (streams, usage) = RequestRules.Streaming(parameters);
        var job = new Job([.. sampling.For(prompt, hasLogProbabilities ? top ?? 0 : null)], prompt.Length) { Streams = streams, StreamsUsage = usage };
        return (job, hasLogProbabilities);
    }

    private static string Render(Parameters parameters, ServedModel model)
    {
        if (model.Template is not { } template)
        {
            throw new ApiException(400, $"The model '{model.Name}' has no chat template; ask it by /v1/completions.", "messages", "no_chat_template");
        }

        var continues = parameters.Flag("continue_final_message");
        var opens = parameters.Has("add_generation_prompt") ? parameters.Flag("add_generation_prompt") : !continues;
        if (continues && opens)
        {
            throw ApiException.Invalid("continue_final_message", "'continue_final_message' and 'add_generation_prompt' exclude each other.");
        }

        try
        {
            var conversation = ChatConversation.Of(ChatMessages.Read(parameters.Require("messages")), source: "messages");
            var options = new ChatTemplateOptions { AddGenerationPrompt = opens, ContinueFinalMessage = continues, Variables = VariablesOf(parameters) };
            return template.Render(conversation, options) is { Length: > 0 } text
                ? text
                : throw ApiException.Invalid("messages", "The chat template makes an empty prompt of them.");
        }
        catch (FormatException error)
        {
            throw ApiException.Invalid("messages", $"The chat template refuses them: {error.Message}");
        }
    }

    private static Dictionary<string, JsonElement> VariablesOf(Parameters parameters)
    {
        if (parameters.Find("chat_template_kwargs") is not { } map)
        {
            return [];
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            throw Parameters.WrongKind("chat_template_kwargs", "an object");
        }

        return map.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value);
    }

    // The older name and the newer one; a client that sends both means one number.
    private static (int? Limit, string Key) LimitOf(Parameters parameters)
    {
        var (older, newer) = (parameters.Whole("max_tokens", 1, int.MaxValue), parameters.Whole("max_completion_tokens", 1, int.MaxValue));
        return older is not null && newer is not null && older != newer
            ? throw ApiException.Invalid("max_tokens", "'max_tokens' and 'max_completion_tokens' differ.")
            : (newer ?? older, newer is null ? "max_tokens" : "max_completion_tokens");
    }

    private static void RefuseOtherForms(Parameters parameters)
    {
        if (parameters.Find("response_format") is { } format && !(format.ValueKind == JsonValueKind.Object && IsText(format)))
        {
            throw ApiException.Unsupported("response_format", "'response_format' other than text is not supported by this server.");
        }

        if (parameters.Find("tool_choice") is { } choice && !(choice.ValueKind == JsonValueKind.String && Parameters.TextOf(choice, "tool_choice") is "none" or "auto"))
        {
            throw ApiException.Unsupported("tool_choice", "'tool_choice' other than none or auto is not supported by this server.");
        }

        if (parameters.Find("modalities") is { } kinds
            && !(kinds.ValueKind == JsonValueKind.Array && kinds.EnumerateArray().All(kind => Parameters.TextOf(kind, "modalities") == "text")))
        {
            throw ApiException.Unsupported("modalities", "'modalities' other than text are not supported by this server.");
        }
    }

    private static bool IsText(JsonElement format) =>
        new Parameters(format, new HashSet<string> { "type", "json_schema" }, "response_format.").Text("type") == "text";
}
