using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Thaw.Core.Datasets;
using Thaw.Core.Generation;
using Thaw.Core.Storage;

namespace Thaw.Serving.Client;

/// <summary>One question to a server, as the body of its request.</summary>
internal sealed record EndpointRequest(string Path, string Body, int Choices)
{
    /// <summary>A hash of all that the answer depends on: the model's name, the prompt, the settings. Not of the address, which may change when a server is started anew.</summary>
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Path}\n{Body}")));

    /// <param name="seed">Of this prompt alone; sent only where something is drawn.</param>
    public static EndpointRequest Of(EndpointOptions options, Prompt prompt, SamplingOptions sampling, int choices, ulong seed)
    {
        var body = new JsonObject
        {
            ["model"] = options.Model,
            ["max_tokens"] = sampling.MaxNewTokens,
            ["temperature"] = sampling.Temperature,
        };
        AddPrompt(body, options, prompt);
        if (!sampling.IsGreedy)
        {
            body["top_p"] = sampling.TopP;
            body["seed"] = seed;
        }

        AddRarer(body, sampling);
        if (choices > 1)
        {
            body["n"] = choices;
        }

        foreach (var (key, value) in options.ExtraBody)
        {
            body.Remove(key);
            if (value is not null)
            {
                body[key] = value.DeepClone();
            }
        }

        return new EndpointRequest(options.Api == EndpointApi.Chat ? "chat/completions" : "completions", body.ToJsonString(JsonFormat.Line), choices);
    }

    // Only where they do something: servers differ in what they know. OpenAI's own have neither top_k, min_p nor repetition_penalty.
    private static void AddRarer(JsonObject body, SamplingOptions sampling)
    {
        AddIf(sampling is { IsGreedy: false, TopK: > 0 }, "top_k", sampling.TopK);
        AddIf(sampling is { IsGreedy: false, MinP: > 0 }, "min_p", sampling.MinP);
        AddIf(sampling.PresencePenalty != 0, "presence_penalty", sampling.PresencePenalty);
        AddIf(sampling.FrequencyPenalty != 0, "frequency_penalty", sampling.FrequencyPenalty);
        AddIf(sampling.RepetitionPenalty != 1, "repetition_penalty", sampling.RepetitionPenalty);
        AddIf(sampling.StopStrings.Count > 0, "stop", new JsonArray([.. sampling.StopStrings.Select(stop => (JsonNode)stop)]));
        AddIf(sampling.LogitBias is { Count: > 0 }, "logit_bias", new JsonObject((sampling.LogitBias ?? new Dictionary<int, double>())
            .Select(bias => KeyValuePair.Create(bias.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)bias.Value))));

        void AddIf(bool does, string key, JsonNode value)
        {
            if (does)
            {
                body[key] = value;
            }
        }
    }

    private static void AddPrompt(JsonObject body, EndpointOptions options, Prompt prompt)
    {
        if (options.Api == EndpointApi.Completions)
        {
            body["prompt"] = prompt.Text;
            return;
        }

        var (user, opening) = ChatTurns.Of(prompt.Text, completion: "");
        var messages = new JsonArray { Message("user", user) };
        if (opening.Length > 0 && options.ContinuesOpening)
        {
            messages.Add(Message("assistant", opening));
            body["add_generation_prompt"] = false;
            body["continue_final_message"] = true;
        }

        body["messages"] = messages;
    }

    private static JsonObject Message(string role, string content) => new JsonObject { ["role"] = role, ["content"] = content };
}
