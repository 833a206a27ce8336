using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Thaw.Core.Storage;

namespace Thaw.Serving.Client;

/// <summary>Says what a reply that is no success means.</summary>
internal static class EndpointFailure
{
    private const int LongestQuote = 300;

    public static EndpointException Of(HttpResponseMessage response, string body, EndpointOptions options, TimeProvider time)
    {
        var (message, code) = ErrorIn(body);
        var status = (int)response.StatusCode;
        var words = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        words = words.Length > LongestQuote ? words[..LongestQuote] + "..." : words;
        words = words.Length > 0 ? words : response.ReasonPhrase is { Length: > 0 } phrase ? phrase : "no reason given";
        var line = $"{options.Address}: {status}: {words}";
        return new EndpointException(
            (options.Key?.RemoveFrom(line) ?? line) + Advice(status, options), IsTransient(status, code), RetryAfter(response.Headers, time.GetUtcNow()));
    }

    // 429 is also what a paid-out account gets, which no waiting mends.
    private static bool IsTransient(int status, string? code) => status switch
    {
        429 => code != "insufficient_quota",
        408 or 425 => true,
        501 or 505 => false,
        _ => status >= 500,
    };

    private static string Advice(int status, EndpointOptions options) => (HttpStatusCode)status switch
    {
        HttpStatusCode.Unauthorized when options.Key is null => " (no API key was sent: set OPENAI_API_KEY, or name another variable with --api-key-env)",
        HttpStatusCode.NotFound when options.Api == EndpointApi.Completions => $" (is '{options.Model}' a model of this server, and does it know completions? --api chat asks the other way)",
        HttpStatusCode.NotFound => $" (is '{options.Model}' a model of this server?)",
        _ => "",
    };

    // {"error":{"message":...,"code":...}} is OpenAI's form; {"error":"..."}, {"message":...} and {"detail":...} occur too.
    private static (string Message, string? Code) ErrorIn(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var error = JsonText.ValueOrNull(root, "error") ?? root;
            var text = error.ValueKind == JsonValueKind.String ? JsonText.Read(error) : TextOrNull(error, "message") ?? TextOrNull(error, "detail") ?? body;
            return (text, TextOrNull(error, "code"));
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            return (body, null);
        }
    }

    private static string? TextOrNull(JsonElement element, string key) =>
        JsonText.ValueOrNull(element, key) is { ValueKind: JsonValueKind.String } text ? JsonText.Read(text) : null;

    // OpenAI also sends milliseconds under a name of its own.
    private static TimeSpan? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is >= 0 and < 1e9)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        return headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
            _ => null,
        };
    }
}
