namespace Thaw.Serving.Server;

/// <summary>A request that is answered by an error in OpenAI's form: <c>{"error":{"message","type","param","code"}}</c>.</summary>
/// <param name="status">Of HTTP.</param>
/// <param name="param">The key of the request that is wrong; null where it is the whole.</param>
/// <param name="code">For programs.</param>
internal sealed class ApiException(int status, string message, string? param = null, string? code = null) : Exception(message)
{
    public int Status => status;

    public string? Param => param;

    public string? Code => code;

    public string Type => status switch
    {
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    /// <summary>For 429 and 503: when asking again makes sense.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The value of a key is of the wrong kind or out of range.</summary>
    public static ApiException Invalid(string param, string message, string code = "invalid_value") => new(400, message, param, code);

    /// <summary>A parameter of the API that this server does not have.</summary>
    public static ApiException Unsupported(string param, string message) => new(400, message, param, "unsupported_parameter");

    public static ApiException TooBusy(int waiting) => new(429, $"The server is busy: {waiting} completions wait already. Try again later.", code: "rate_limit_exceeded")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static ApiException Stopping() => new(503, "The server is shutting down.", code: "shutting_down") { RetryAfter = TimeSpan.FromSeconds(5) };

    public static ApiException EngineStopped() => new(500, "The engine stopped before the completion ended.", code: "engine_stopped");
}
