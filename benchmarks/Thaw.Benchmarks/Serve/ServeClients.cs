using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Thaw.Benchmarks.Serve;

/// <summary>Clients that ask as fast as they are answered. One request in ten streams, one in twenty is left in the middle.</summary>
/// <param name="answers">Of each prompt, when it is asked alone.</param>
internal sealed class ServeClients(Uri address, IReadOnlyList<string> prompts, IReadOnlyList<string> answers, int newTokens) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxResponseDrainSize = 0 }) { BaseAddress = address };
    private long _tooBusy;
    private long _left;
    private long _errors;
    private long _mismatches;
    private long _tokens;

    public long TooBusy => _tooBusy;

    public long Left => _left;

    public long Errors => _errors;

    public long Mismatches => _mismatches;

    public long Tokens => _tokens;

    /// <summary>In seconds, of the requests that were answered.</summary>
    public ConcurrentBag<double> Latencies { get; } = [];

    public Task RunAsync(int clients, CancellationToken end) => Task.WhenAll(Enumerable.Range(0, clients).Select(client => OneAsync(client, end)));

    public void Dispose() => _http.Dispose();

    private async Task OneAsync(int client, CancellationToken end)
    {
        var random = new Random(client);
        while (!end.IsCancellationRequested)
        {
            var prompt = random.Next(prompts.Count);
            var clock = Stopwatch.StartNew();
            var text = random.Next(20) == 0 ? await LeaveAsync(prompt) : await AskAsync(prompt, streams: random.Next(10) == 0);
            if (text is null)
            {
                continue;
            }

            Latencies.Add(clock.Elapsed.TotalSeconds);
            Interlocked.Add(ref _mismatches, text == answers[prompt] ? 0 : 1);
        }
    }

    // Null where there is no answer to compare.
    private async Task<string?> AskAsync(int prompt, bool streams)
    {
        using var response = await PostAsync(prompt, streams, CancellationToken.None);
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            Interlocked.Increment(ref _tooBusy);
            await Task.Delay(50);
            return null;
        }

        if (!response.IsSuccessStatusCode)
        {
            Interlocked.Increment(ref _errors);
            return null;
        }

        var body = await response.Content.ReadAsStringAsync();
        var parts = streams
            ? body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..]).Where(data => data != "[DONE]").Select(data => JsonNode.Parse(data)!).ToList()
            : [JsonNode.Parse(body)!];
        var usage = parts[^1]["usage"]!;
        Interlocked.Add(ref _tokens, (long)usage["total_tokens"]!);
        return string.Concat(parts.Where(part => part["choices"]!.AsArray().Count > 0).Select(part => (string)part["choices"]![0]!["text"]!));
    }

    private async Task<string?> LeaveAsync(int prompt)
    {
        using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        try
        {
            using var response = await PostAsync(prompt, streams: false, leaving.Token);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _left);
        }

        return null;
    }

    private Task<HttpResponseMessage> PostAsync(int prompt, bool streams, CancellationToken cancellation)
    {
        var body = new JsonObject { ["model"] = "served", ["prompt"] = prompts[prompt], ["temperature"] = 0, ["max_tokens"] = newTokens, ["stream"] = streams };
        if (streams)
        {
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        return _http.PostAsJsonAsync("/v1/completions", body, cancellation);
    }
}
