using System.Globalization;
using System.Text.Json;

namespace Thaw.Serving.Server;

/// <summary>What both ways of asking have in common besides sampling: the model's name, streaming, and what is refused.</summary>
internal static class RequestRules
{
    /// <summary>Keys that are for the caller's own books; they change nothing.</summary>
    private static readonly string[] s_withoutEffect = ["user", "metadata", "safety_identifier", "prompt_cache_key", "parallel_tool_calls"];

    private static readonly string[] s_both = ["model", "stream", "stream_options", "store", "service_tier", "max_tokens", "logprobs"];

    /// <summary>All keys that a request may have.</summary>
    /// <param name="own">Those of one way of asking.</param>
    /// <param name="unsupported">Keys of the API that this server does not have; any value is refused by <see cref="RefuseUnsupported"/>.</param>
    public static IReadOnlySet<string> Known(IEnumerable<string> own, IEnumerable<string> unsupported) =>
        new HashSet<string>([.. s_both, .. s_withoutEffect, .. SamplingParameters.Keys, .. own, .. unsupported], StringComparer.Ordinal);

    /// <exception cref="ApiException">404: another model than the served one is asked for.</exception>
    public static void RequireModel(Parameters parameters, ServedModel model)
    {
        var name = Parameters.TextOf(parameters.Require("model"), "model");
        if (!model.Names.Contains(name, StringComparer.Ordinal))
        {
            throw new ApiException(404, $"The model '{name}' is not served here; '{model.Name}' is.", "model", "model_not_found");
        }
    }

    /// <exception cref="ApiException">A parameter that this server does not have.</exception>
    public static void RefuseUnsupported(Parameters parameters, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            // An empty list asks for nothing: clients send "tools": [].
            if (parameters.Find(key) is { } value && value is not { ValueKind: JsonValueKind.False } && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0))
            {
                throw ApiException.Unsupported(key, $"'{key}' is not supported by this server.");
            }
        }

        if (parameters.Flag("store"))
        {
            throw ApiException.Unsupported("store", "'store' is not supported by this server: it keeps nothing.");
        }

        if (parameters.Text("service_tier") is { } tier && tier is not ("auto" or "default"))
        {
            throw ApiException.Invalid("service_tier", "'service_tier' must be auto or default.");
        }
    }

    /// <returns>Whether the answer streams, and whether the stream ends in the token counts.</returns>
    public static (bool Streams, bool StreamsUsage) Streaming(Parameters parameters)
    {
        var streams = parameters.Flag("stream");
        if (parameters.Find("stream_options") is not { } options)
        {
            return (streams, false);
        }

        if (options.ValueKind != JsonValueKind.Object)
        {
            throw Parameters.WrongKind("stream_options", "an object");
        }

        if (!streams)
        {
            throw ApiException.Invalid("stream_options", "'stream_options' is allowed only with 'stream'.");
        }

        var inner = new Parameters(options, new HashSet<string> { "include_usage", "include_obfuscation" }, "stream_options.");
        return (true, inner.Flag("include_usage"));
    }

    /// <summary>How many tokens a completion may have.</summary>
    /// <param name="asked">What the request says; null is <paramref name="otherwise"/>.</param>
    /// <param name="otherwise">Null is all that fits.</param>
    /// <param name="param">The key that said it.</param>
    /// <exception cref="ApiException">Prompt and completion do not fit into the context.</exception>
    public static int NewTokens(int? asked, int? otherwise, int promptTokens, int context, string param)
    {
        var room = context - promptTokens;
        if (room < 1 || asked > room)
        {
            throw new ApiException(
                400,
                string.Create(CultureInfo.InvariantCulture, $"The context has {context} tokens; the prompt takes {promptTokens} and the completion {Math.Max(1, asked ?? 1)}."),
                room < 1 ? null : param,
                "context_length_exceeded");
        }

        return asked ?? Math.Min(otherwise ?? room, room);
    }
}
