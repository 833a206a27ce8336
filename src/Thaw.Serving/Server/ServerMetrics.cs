using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Thaw.Learning.Generation;

namespace Thaw.Serving.Server;

/// <summary>What the server counts, and its page for Prometheus. Safe to use from several threads.</summary>
internal sealed class ServerMetrics
{
    private readonly ConcurrentDictionary<(string Path, int Status), long> _requests = new();
    private long _openRequests;
    private long _clientsGone;
    private volatile EngineLook _engine = new(0, 0, 0, 0, 0, 0);

    /// <summary>Seconds from the arrival of a request to its answer's end.</summary>
    public Histogram Request { get; } = new("thaw_request_seconds", "Time from a request to the end of its answer.", 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300);

    /// <summary>Seconds from the arrival of a job to its first token.</summary>
    public Histogram FirstToken { get; } = new("thaw_first_token_seconds", "Time from a request to its first token.", 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30);

    /// <summary>Requests that are being answered.</summary>
    public long OpenRequests => Interlocked.Read(ref _openRequests);

    public void Begin() => Interlocked.Increment(ref _openRequests);

    /// <param name="status">Of HTTP; 499 where the client left first.</param>
    public void End(string path, int status, TimeSpan elapsed)
    {
        Interlocked.Decrement(ref _openRequests);
        _requests.AddOrUpdate((path, status), 1, (_, count) => count + 1);
        Request.Observe(elapsed.TotalSeconds);
    }

    public void ClientGone() => Interlocked.Increment(ref _clientsGone);

    /// <summary>Takes over what the engine counts; called by the thread that owns it.</summary>
    public void Look(GenerationEngine engine) => _engine = new EngineLook(
        engine.Queued, engine.Running, engine.CachedTokens, engine.PromptTokens, engine.CachedPromptTokens, engine.GeneratedTokens);

    /// <summary>The page in Prometheus' text format, version 0.0.4.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        text.Append("# HELP thaw_requests_total Requests answered.\n# TYPE thaw_requests_total counter\n");
        foreach (var ((path, status), count) in _requests.OrderBy(entry => entry.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"thaw_requests_total{{path=\"{path}\",status=\"{status}\"}} {count}\n");
        }

        var engine = _engine;
        Add("thaw_requests_open", "gauge", "Requests being answered.", OpenRequests);
        Add("thaw_clients_gone_total", "counter", "Requests whose client left before the answer ended.", Interlocked.Read(ref _clientsGone));
        Add("thaw_rows_running", "gauge", "Completions that are being written.", engine.Running);
        Add("thaw_rows_waiting", "gauge", "Completions that wait for a place.", engine.Queued);
        Add("thaw_cached_tokens", "gauge", "Tokens whose keys and values are kept.", engine.CachedTokens);
        Add("thaw_prompt_tokens_total", "counter", "Prompt tokens taken in.", engine.PromptTokens);
        Add("thaw_prompt_tokens_cached_total", "counter", "Prompt tokens that had been computed before.", engine.CachedPromptTokens);
        Add("thaw_generated_tokens_total", "counter", "Tokens written, stop tokens included.", engine.GeneratedTokens);
        Request.WriteTo(text);
        FirstToken.WriteTo(text);
        return text.ToString();

        void Add(string name, string kind, string help, long value) =>
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
    }

    private sealed record EngineLook(int Queued, int Running, long CachedTokens, long PromptTokens, long CachedPromptTokens, long GeneratedTokens);
}
