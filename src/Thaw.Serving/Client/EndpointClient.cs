using System.Text;
using System.Text.Json;

namespace Thaw.Serving.Client;

/// <summary>Asks a server, and asks again where that may help.</summary>
internal sealed class EndpointClient : IDisposable
{
    private const int LargestReply = 64 << 20;

    private readonly EndpointOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <param name="onRetry">Told what went wrong and how long it waits, from any thread.</param>
    public EndpointClient(EndpointOptions options, TimeProvider time, Action<string, TimeSpan>? onRetry = null)
    {
        (_options, _time, OnRetry) = (options, time, onRetry);

        // A redirected POST would lose its body or carry the key to a stranger; a proxy has no business between two processes of one machine.
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = !options.Address.IsLoopback,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestReply,
        };
        if (options.Key is { } key)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", key.Header);
        }
    }

    public Action<string, TimeSpan>? OnRetry { get; }

    /// <exception cref="EndpointException">The server refused the request, or was not there for as long as patience lasts.</exception>
    public async Task<ServedAnswers> AskAsync(EndpointRequest request, CancellationToken cancellation)
    {
        long? firstFailure = null;
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await AskOnceAsync(request, cancellation);
            }
            catch (EndpointException error) when (error.IsTransient)
            {
                firstFailure ??= _time.GetTimestamp();
                var wait = error.RetryAfter ?? RetryDelay.After(failures, Random.Shared.NextDouble());
                if (_time.GetElapsedTime(firstFailure.Value) + wait > _options.Patience)
                {
                    throw new EndpointException(
                        $"{error.Message} (tried {failures} {(failures == 1 ? "time" : "times")}; the next try in {wait.TotalSeconds:0.#} s would be past the patience of {_options.Patience.TotalSeconds:0} s)",
                        isTransient: true, error.RetryAfter, error);
                }

                OnRetry?.Invoke(error.Message, wait);
                await Task.Delay(wait, _time, cancellation);
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<ServedAnswers> AskOnceAsync(EndpointRequest request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.Timeout);
        try
        {
            using var content = new StringContent(request.Body, Encoding.UTF8, "application/json");
            using var response = await _http.PostAsync(new Uri(_options.Address, request.Path), content, limit.Token);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return response.IsSuccessStatusCode
                ? ReplyReader.Read(body, request.Choices)
                : throw EndpointFailure.Of(response, Encoding.UTF8.GetString(body), _options, _time);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new EndpointException($"{_options.Address}: the reply is longer than {LargestReply >> 20} MiB", isTransient: false, inner: error);
        }
        catch (HttpRequestException error)
        {
            throw new EndpointException($"{_options.Address}: {error.Message}", isTransient: true, inner: error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new EndpointException($"{_options.Address}: no answer within {_options.Timeout.TotalSeconds:0.#} s", isTransient: true, inner: error);
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw new EndpointException($"{_options.Address}: the reply cannot be read: {error.Message}", isTransient: false, inner: error);
        }
    }
}
