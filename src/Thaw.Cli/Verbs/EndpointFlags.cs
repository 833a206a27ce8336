using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Serving;
using Thaw.Serving.Client;

namespace Thaw.Cli.Verbs;

/// <summary>The flags by which a verb takes a served model for a local one.</summary>
internal sealed class EndpointFlags
{
    private readonly Option<string?> _address = new("--endpoint") { Description = "Ask an OpenAI-compatible server instead; --model is then its name for the model.", HelpName = "URL" };
    private readonly Option<string> _api = new("--api") { Description = "completions sends prompts as they are, chat as messages.", DefaultValueFactory = _ => "completions" };
    private readonly Option<bool> _continueOpening = new("--continue-opening") { Description = "With --api chat: let the assistant go on from what a prompt makes it begin with (continue_final_message)." };
    private readonly Option<int> _concurrency = new("--concurrency") { Description = "Requests at once, at most.", HelpName = "N", DefaultValueFactory = _ => 16 };
    private readonly Option<double> _timeout = new("--timeout") { Description = "Seconds that one attempt may take.", HelpName = "S", DefaultValueFactory = _ => 300 };
    private readonly Option<double> _patience = new("--patience") { Description = "Seconds for which a failing request is tried again.", HelpName = "S", DefaultValueFactory = _ => 120 };
    private readonly Option<string?> _keyVariable = new("--api-key-env") { Description = $"Environment variable with the API key; {ApiKey.DefaultVariable} where nothing is said.", HelpName = "NAME" };
    private readonly Option<double> _priceIn = new("--price-in") { Description = "Cost of a million prompt tokens.", HelpName = "X" };
    private readonly Option<double> _priceOut = new("--price-out") { Description = "Cost of a million completion tokens.", HelpName = "X" };
    private readonly Option<string?> _extraBody = new("--extra-body") { Description = "JSON object with further keys of every request; null takes a key away.", HelpName = "JSON" };

    public EndpointFlags() => _api.AcceptOnlyFromAmong("completions", "chat");

    private IEnumerable<Option> WithoutAddress => [_api, _continueOpening, _concurrency, _timeout, _patience, _keyVariable, _priceIn, _priceOut, _extraBody];

    public void AddTo(Command verb)
    {
        verb.Add(_address);
        foreach (var option in WithoutAddress)
        {
            verb.Add(option);
        }
    }

    /// <param name="model">What <c>--model</c> says.</param>
    /// <returns>Null where no endpoint was named.</returns>
    /// <exception cref="UsageException">A flag has no meaning, or a value is none.</exception>
    /// <exception cref="InvalidDataException">The named environment variable is not set.</exception>
    public EndpointOptions? Read(ParseResult parsed, string model)
    {
        if (parsed.GetValue(_address) is not { } address)
        {
            return WithoutAddress.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } orphan
                ? throw new UsageException($"{orphan.Name} has a meaning only with --endpoint")
                : null;
        }

        if (parsed.GetValue(_continueOpening) && parsed.GetValue(_api) != "chat")
        {
            throw new UsageException($"{_continueOpening.Name} has a meaning only with --api chat: completions always go on from the prompt's end");
        }

        return new EndpointOptions(EndpointSettings.AddressOf(address, "--endpoint"), model)
        {
            Api = parsed.GetValue(_api) == "chat" ? EndpointApi.Chat : EndpointApi.Completions,
            ContinuesOpening = parsed.GetValue(_continueOpening),
            Concurrency = InRange("--concurrency", parsed.GetValue(_concurrency), 1, 4096),
            Timeout = TimeSpan.FromSeconds(InRange("--timeout", parsed.GetValue(_timeout), 0.001, 86400)),
            Patience = TimeSpan.FromSeconds(InRange("--patience", parsed.GetValue(_patience), 0, 86400)),
            Key = EndpointSettings.KeyOf(parsed.GetValue(_keyVariable), "--api-key-env"),
            Prices = new TokenPrices(InRange("--price-in", parsed.GetValue(_priceIn), 0, 1e9), InRange("--price-out", parsed.GetValue(_priceOut), 0, 1e9)),
            ExtraBody = ObjectOf(parsed.GetValue(_extraBody)),
        };
    }

    private static JsonObject ObjectOf(string? text)
    {
        try
        {
            return text is null ? [] : JsonNode.Parse(text) as JsonObject ?? throw new UsageException("--extra-body: expected a JSON object");
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new UsageException($"--extra-body: not JSON: {error.Message}");
        }
    }

    private static T InRange<T>(string flag, T value, T low, T high)
        where T : IComparable<T>, IFormattable => value.CompareTo(low) >= 0 && value.CompareTo(high) <= 0
        ? value
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{flag}: must lie between {low} and {high}, not {value}"));
}
