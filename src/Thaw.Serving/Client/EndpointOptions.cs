using System.Text.Json.Nodes;

namespace Thaw.Serving.Client;

/// <summary>Which server is asked, and how patiently.</summary>
/// <param name="Address">From <see cref="EndpointAddress.Parse"/>.</param>
/// <param name="Model">The name by which the server knows the model.</param>
public sealed record EndpointOptions(Uri Address, string Model)
{
    public EndpointApi Api { get; init; }

    /// <summary>Sent where there is one.</summary>
    public ApiKey? Key { get; init; }

    /// <summary>Requests that run at once, at most.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>How long one attempt may take, the reading of its answer included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a request is tried again after its first failure. A server that is started anew is back within that time.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Of equal prompts in one call, how many are asked for at once by <c>n</c>; 1 never sends <c>n</c>, which not every server knows.
    /// More than 1 lets a hosted server count the prompt's tokens once.
    /// </summary>
    public int ChoicesPerRequest { get; init; } = 1;

    /// <summary>
    /// For <see cref="EndpointApi.Chat"/>: what the prompt makes the assistant begin with goes out as the assistant's unfinished
    /// message, with <c>continue_final_message</c> as vLLM, SGLang and <c>thaw serve</c> know it. False leaves it out.
    /// </summary>
    public bool ContinuesOpening { get; init; }

    /// <summary>Further keys of every request; a null takes a key away.</summary>
    public JsonObject ExtraBody { get; init; } = [];

    public TokenPrices Prices { get; init; }
}

/// <summary>What a million tokens cost, in whatever currency.</summary>
/// <param name="Input">Of prompts.</param>
/// <param name="Output">Of completions.</param>
public readonly record struct TokenPrices(double Input, double Output)
{
    public double CostOf(long promptTokens, long completionTokens) => ((Input * promptTokens) + (Output * completionTokens)) / 1e6;
}
