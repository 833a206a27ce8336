using System.Globalization;

namespace Thaw.Serving.Client;

/// <summary>What answers took.</summary>
/// <param name="Requests">Sent in this run and answered.</param>
/// <param name="FromJournal">Answered by an earlier run.</param>
/// <param name="Retries">Attempts that failed and were made again.</param>
/// <param name="PromptTokens">Of all answers, those of the journal included, as the server counts them.</param>
/// <param name="CompletionTokens">Likewise.</param>
/// <param name="Cost">Of all these tokens at the given prices.</param>
public sealed record EndpointUsage(long Requests, long FromJournal, long Retries, long PromptTokens, long CompletionTokens, double Cost)
{
    /// <summary>One line for people.</summary>
    public string Describe()
    {
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{Requests:N0} requests, {FromJournal:N0} answers of earlier runs, {Retries:N0} retries; {PromptTokens:N0} prompt tokens, {CompletionTokens:N0} completion tokens");
        return Cost > 0 ? string.Create(CultureInfo.InvariantCulture, $"{line}, cost {Cost:0.0000}") : line;
    }
}
