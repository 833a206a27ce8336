using System.Text.Json;
using Thaw.Learning.Generation;

namespace Thaw.Serving.Server;

/// <summary>Reads requests of <c>/v1/completions</c>.</summary>
internal static class CompletionRequest
{
    private const int UsualNewTokens = 16;
    private const int MaxPrompts = 256;
    private const int MaxTopLogProbabilities = 20;

    private static readonly string[] s_unsupported = ["echo", "suffix"];
    private static readonly IReadOnlySet<string> s_known = RequestRules.Known(["prompt", "best_of", "add_special_tokens"], s_unsupported);

    /// <param name="context">Tokens that prompt and completion may have together.</param>
    /// <exception cref="ApiException">The request is not one that this server answers.</exception>
    public static (Job Job, bool HasLogProbabilities) Read(JsonElement body, ServedModel model, int context)
    {
        var parameters = new Parameters(body, s_known);
        RequestRules.RequireModel(parameters, model);
        RequestRules.RefuseUnsupported(parameters, s_unsupported);
        var prompts = Prompts(parameters, model);
        var longest = prompts.Max(prompt => prompt.Length);
        var newTokens = RequestRules.NewTokens(parameters.Whole("max_tokens", 1, int.MaxValue), UsualNewTokens, longest, context, "max_tokens");
        var sampling = SamplingParameters.Read(parameters, newTokens, model.Tokenizer.VocabularySize);
        if (parameters.Whole("best_of", 1, int.MaxValue) is { } best && best != sampling.Choices)
        {
            throw ApiException.Unsupported("best_of", "'best_of' other than 'n' is not supported by this server.");
        }

        var top = parameters.Whole("logprobs", 0, MaxTopLogProbabilities);
        List<GenerationRequest> rows = [.. prompts.SelectMany(prompt => sampling.For(prompt, top))];
        var (streams, usage) = RequestRules.Streaming(parameters);
        return (new Job(rows, prompts.Sum(prompt => prompt.Length)) { Streams = streams, StreamsUsage = usage }, top is not null);
    }

    // A text, a list of texts, a list of ids, or a list of lists of ids.
    private static List<int[]> Prompts(Parameters parameters, ServedModel model)
    {
        var prompt = parameters.Require("prompt");
        if (prompt.ValueKind == JsonValueKind.String)
        {
            return [Encode(prompt, "prompt")];
        }

        if (prompt.ValueKind != JsonValueKind.Array)
        {
            throw Parameters.WrongKind("prompt", "a string, a list of strings, a list of token ids, or a list of such lists");
        }

        var items = prompt.EnumerateArray().ToList();
        if (items is [{ ValueKind: JsonValueKind.Number }, ..])
        {
            return [TokenIds.Read(prompt, "prompt", model.Tokenizer.VocabularySize)];
        }

        return items.Count is > 0 and <= MaxPrompts
            ? [.. items.Select((item, i) => item.ValueKind == JsonValueKind.Array ? NotEmpty(TokenIds.Read(item, $"prompt[{i}]", model.Tokenizer.VocabularySize)) : Encode(item, $"prompt[{i}]"))]
            : throw ApiException.Invalid("prompt", $"'prompt' must have 1 to {MaxPrompts} entries, not {items.Count}.");

        int[] Encode(JsonElement text, string param) => NotEmpty(model.Tokenizer.Encode(Parameters.TextOf(text, param), parameters.Flag("add_special_tokens")));
    }

    private static int[] NotEmpty(int[] prompt) => prompt.Length > 0 ? prompt : throw ApiException.Invalid("prompt", "A prompt has no tokens.");
}
