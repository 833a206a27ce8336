using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;
using Thaw.Serving.Server;

namespace Thaw.Serving.Tests.Server;

/// <summary>A server on a free port of this machine, and clients of it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private RunningServer(ModelServer server, string model) => (Server, Model) = (server, model);

    public ModelServer Server { get; }

    /// <summary>Leaves at once when a response is thrown away; the usual client reads on for a while, to keep its connection.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false, MaxResponseDrainSize = 0 }) { Timeout = TimeSpan.FromMinutes(1) };

    public List<string> Notes { get; } = [];

    private string Model { get; }

    public static async Task<RunningServer> StartAsync(ServedModel model, ServeOptions? options = null)
    {
        var notes = new List<string>();
        var server = new RunningServer(await ModelServer.StartAsync(model, (options ?? new ServeOptions()) with { Port = 0 }, notes.Add), model.Name);
        server.Http.BaseAddress = server.Server.Address;
        return server;
    }

    /// <summary>The official client, without its own retries.</summary>
    public ChatClient Chat(string key = "none") => new(Model, new ApiKeyCredential(key), new OpenAIClientOptions
    {
        Endpoint = new Uri(Server.Address, "v1"),
        RetryPolicy = new ClientRetryPolicy(0),
    });

    /// <param name="body">JSON; MODEL in it is the served model's name.</param>
    public Task<HttpResponseMessage> PostAsync(string path, string body, CancellationToken cancellation = default) =>
        PostAsync(path, Encoding.UTF8.GetBytes(body.Replace("MODEL", Model, StringComparison.Ordinal)), cancellation);

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body, CancellationToken cancellation = default) =>
        PostAsync(path, body, "application/json", HttpCompletionOption.ResponseContentRead, cancellation);

    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string type, HttpCompletionOption until, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await Http.SendAsync(request, until, cancellation);
    }

    /// <summary>The body of an answer that must be a success.</summary>
    public async Task<JsonObject> JsonAsync(string path, string body)
    {
        using var response = await PostAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>The events of a stream as they were sent, the last one included.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(string path, string body)
    {
        using var response = await PostAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..])];
    }

    /// <summary>The value of a metric without labels.</summary>
    public async Task<double> MetricAsync(string name)
    {
        var page = await Http.GetStringAsync("/metrics");
        var line = page.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until nothing runs or waits.</summary>
    public async Task BecomesIdleAsync()
    {
        for (var look = 0; look < 500; look++)
        {
            if (Server.Rows == 0 && await MetricAsync("thaw_rows_running") == 0 && await MetricAsync("thaw_rows_waiting") == 0)
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail($"still {Server.Rows} rows after ten seconds");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
