using System.Globalization;
using System.Text.Json;
using Thaw.Core.Generation;
using Thaw.Core.Randomness;
using Thaw.Learning.Generation;

namespace Thaw.Serving.Server;

/// <summary>What both ways of asking say about how completions are drawn, and how many.</summary>
/// <remarks>OpenAI's parameters, and of vLLM's further ones those that the engine has.</remarks>
internal sealed class SamplingParameters
{
    /// <summary>Choices of one prompt, at most.</summary>
    private const int MaxChoices = 128;

    private const int MaxStopStrings = 16;
    private const int MaxStopLength = 1000;
    private const int MaxBiases = 1024;

    private SamplingParameters(GenerationRequest request, int choices, ulong seed) => (Request, Choices, Seed) = (request, choices, seed);

    /// <summary>The keys that <see cref="Read"/> reads.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [
        "n", "temperature", "top_p", "top_k", "min_p", "presence_penalty", "frequency_penalty", "repetition_penalty", "logit_bias", "seed", "stop",
        "stop_token_ids", "ignore_eos",
    ];

    /// <summary>For each prompt.</summary>
    public int Choices { get; }

    private GenerationRequest Request { get; }

    private ulong Seed { get; }

    /// <param name="maxNewTokens">At least 1.</param>
    /// <exception cref="ApiException">A value is of the wrong kind or out of range.</exception>
    public static SamplingParameters Read(Parameters parameters, int maxNewTokens, int vocabulary)
    {
        var sampling = new SamplingOptions
        {
            MaxNewTokens = maxNewTokens,
            Temperature = parameters.Number("temperature", 0, 2, otherwise: 1),
            TopP = parameters.Number("top_p", double.Epsilon, 1, otherwise: 1),
            TopK = TopKOf(parameters),
            MinP = parameters.Number("min_p", 0, 1, otherwise: 0),
            PresencePenalty = parameters.Number("presence_penalty", -2, 2, otherwise: 0),
            FrequencyPenalty = parameters.Number("frequency_penalty", -2, 2, otherwise: 0),
            RepetitionPenalty = parameters.Number("repetition_penalty", 0.01, 100, otherwise: 1),
            LogitBias = BiasOf(parameters, vocabulary),
            StopStrings = StopsOf(parameters),
        };
        var request = new GenerationRequest([], sampling)
        {
            StopIds = parameters.Find("stop_token_ids") is { } ids ? TokenIds.Read(ids, "stop_token_ids", vocabulary) : [],
            IgnoreEos = parameters.Flag("ignore_eos"),
        };
        var seed = parameters.Long("seed") ?? Random.Shared.NextInt64();
        return new SamplingParameters(request, parameters.Whole("n", 1, MaxChoices) ?? 1, unchecked((ulong)seed));
    }

    /// <summary>One request for each choice. The first draws by the seed itself, so it is what a request for one choice gets.</summary>
    /// <param name="topLogProbabilities">Null: no log-probabilities are wanted.</param>
    public IEnumerable<GenerationRequest> For(int[] prompt, int? topLogProbabilities) => Enumerable.Range(0, Choices).Select(choice => Request with
    {
        Prompt = prompt,
        Sampling = Request.Sampling with { Seed = choice == 0 ? Seed : SplitMix64.SeedOf(Seed, string.Create(CultureInfo.InvariantCulture, $"choice/{choice}")) },
        LogProbabilities = topLogProbabilities is not null,
        TopLogProbabilities = topLogProbabilities ?? 0,
    });

    // vLLM says -1 for all, as others say 0.
    private static int TopKOf(Parameters parameters) => Math.Max(0, parameters.Whole("top_k", -1, int.MaxValue) ?? 0);

    private static string[] StopsOf(Parameters parameters)
    {
        if (parameters.Find("stop") is not { } stop)
        {
            return [];
        }

        string[] stops = stop.ValueKind switch
        {
            JsonValueKind.String => [Parameters.TextOf(stop, "stop")],
            JsonValueKind.Array when stop.GetArrayLength() <= MaxStopStrings => [.. stop.EnumerateArray().Select((text, i) => Parameters.TextOf(text, $"stop[{i}]"))],
            JsonValueKind.Array => throw ApiException.Invalid("stop", $"'stop' has {stop.GetArrayLength()} texts; at most {MaxStopStrings} are allowed."),
            _ => throw Parameters.WrongKind("stop", "a string or a list of strings"),
        };
        return stops.All(text => text.Length is > 0 and <= MaxStopLength)
            ? stops
            : throw ApiException.Invalid("stop", $"A text of 'stop' must have 1 to {MaxStopLength} characters.");
    }

    private static Dictionary<int, double>? BiasOf(Parameters parameters, int vocabulary)
    {
        if (parameters.Find("logit_bias") is not { } map)
        {
            return null;
        }

        if (map.ValueKind != JsonValueKind.Object || map.GetPropertyCount() > MaxBiases)
        {
            throw Parameters.WrongKind("logit_bias", $"an object with at most {MaxBiases} token ids");
        }

        var biases = new Dictionary<int, double>();
        foreach (var bias in map.EnumerateObject())
        {
            if (!int.TryParse(bias.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id >= vocabulary)
            {
                throw ApiException.Invalid("logit_bias", $"A key of 'logit_bias' is no token id; they are below {vocabulary}.");
            }

            biases[id] = bias.Value.ValueKind == JsonValueKind.Number && bias.Value.TryGetDouble(out var value) && Math.Abs(value) <= 100
                ? value
                : throw ApiException.Invalid("logit_bias", "A value of 'logit_bias' is no number between -100 and 100.");
        }

        return biases.Count > 0 ? biases : null;
    }
}
