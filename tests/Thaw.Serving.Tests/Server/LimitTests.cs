using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Thaw.Serving.Tests.Server;

/// <summary>What keeps the server well: keys, the queue, clients that leave, and stopping.</summary>
public sealed class LimitTests(BaseModel model) : IClassFixture<BaseModel>
{
    private const string Completions = "/v1/completions";

    // Goes on for as long as the context does, a second and more.
    private const string Long = """{"model":"MODEL","prompt":"P","max_tokens":1000,"ignore_eos":true,"temperature":0}""";
    private const string Short = """{"model":"MODEL","prompt":"P","max_tokens":1,"temperature":0}""";

    [Fact]
    public async Task Send_WithAKey_IsAnsweredToThoseWhoHaveIt()
    {
        await using var server = await RunningServer.StartAsync(model.Served, new() { Key = new ApiKey("sk-right") });

        foreach (var (header, status) in new[] { (null, 401), ("Bearer sk-wrong", 401), ("Basic sk-right", 401), ("Bearer sk-right", 200) })
        {
            server.Http.DefaultRequestHeaders.Remove("Authorization");
            if (header is not null)
            {
                server.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
            }

            Assert.Equal(status, (int)(await server.Http.GetAsync("/v1/models")).StatusCode);
            Assert.Equal(status, (int)(await server.Http.GetAsync("/metrics")).StatusCode);
            Assert.Equal(status, (int)(await server.PostAsync(Completions, Short)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/health")).StatusCode);
        }
    }

    [Fact]
    public async Task Post_MoreThanTheQueueHolds_Is429WithRetryAfterAndRecovers()
    {
        await using var server = await RunningServer.StartAsync(model.Served, new() { MaxRows = 1, MaxQueue = 1 });
        using var leaving = new CancellationTokenSource();
        Task[] long_ = [server.PostAsync(Completions, Long, leaving.Token), server.PostAsync(Completions, Long, leaving.Token)];
        await WaitForRowsAsync(server, 2);

        using (var refused = await server.PostAsync(Completions, Short))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
            Assert.Contains("\"code\":\"rate_limit_exceeded\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(long_));
        await server.BecomesIdleAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Completions, Short)).StatusCode);
        Assert.Equal(2, await server.MetricAsync("thaw_clients_gone_total"));
    }

    [Theory]
    [InlineData(5000, 10000, "The context must lie between 2 and the model's 1024 tokens, not 5000.")]
    [InlineData(512, 100, "The context of 512 tokens does not fit into the 100 whose keys and values are kept.")]
    public async Task Start_ContextThatCannotBe_IsRefused(int context, int cached, string message)
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => RunningServer.StartAsync(model.Served, new() { MaxContext = context, MaxCachedTokens = cached }));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public async Task Post_ToAFullServer_IsRefusedBeforeItsBodyIsRead()
    {
        await using var server = await RunningServer.StartAsync(model.Served, new() { MaxRows = 1, MaxQueue = 0 });
        using var leaving = new CancellationTokenSource();
        var running = server.PostAsync(Completions, Long, leaving.Token);
        await WaitForRowsAsync(server, 1);

        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.PostAsync(Completions, "no JSON at all")).StatusCode);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await server.BecomesIdleAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync(Completions, "no JSON at all")).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_ClientThatLeaves_FreesItsRows(bool streams)
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        var body = Long.Replace("{", $"{{\"n\":4,\"stream\":{(streams ? "true" : "false")},", StringComparison.Ordinal).Replace("MODEL", "base", StringComparison.Ordinal);
        using var leaving = new CancellationTokenSource();
        var asked = server.PostAsync(Completions, System.Text.Encoding.UTF8.GetBytes(body), "application/json", HttpCompletionOption.ResponseHeadersRead, leaving.Token);
        await WaitForRowsAsync(server, 4);
        if (streams)
        {
            // Leaves in the middle of the text.
            using var response = await asked;
            await using var stream = await response.Content.ReadAsStreamAsync();
            Assert.True(await stream.ReadAsync(new byte[100]) > 0);
            await leaving.CancelAsync();
        }
        else
        {
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }

        var clock = Stopwatch.StartNew();
        await server.BecomesIdleAsync();

        Assert.True(await server.MetricAsync("thaw_generated_tokens_total") < 4000, $"the rows ran to their end, {clock.Elapsed}");
        Assert.Equal(1, await server.MetricAsync("thaw_clients_gone_total"));
    }

    [Fact]
    public async Task DrainAsync_WhileARequestRuns_EndsItAndRefusesOthers()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        var body = Long.Replace("1000", "200", StringComparison.Ordinal);
        var running = server.PostAsync(Completions, body);
        await WaitForRowsAsync(server, 1);

        var draining = server.Server.DrainAsync();
        using var refused = await server.PostAsync(Completions, Short);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Http.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await running).StatusCode);
        Assert.True(await draining);
    }

    [Fact]
    public async Task DrainAsync_PastItsLimit_GivesUp()
    {
        await using var server = await RunningServer.StartAsync(model.Served, new() { DrainLimit = TimeSpan.FromMilliseconds(50) });
        var running = server.PostAsync(Completions, Long);
        await WaitForRowsAsync(server, 1);

        Assert.False(await server.Server.DrainAsync());
        await server.Server.DisposeAsync();

        // The connection is closed or the engine's end is told; nothing hangs.
        try
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await running).StatusCode);
        }
        catch (HttpRequestException)
        {
            Assert.True(running.IsFaulted);
        }
    }

    [Fact]
    public async Task StartAsync_AddressThatIsTaken_IsAnError()
    {
        await using var server = await RunningServer.StartAsync(model.Served);

        await Assert.ThrowsAsync<IOException>(() => Serving.Server.ModelServer.StartAsync(model.Served, new() { Port = server.Server.Address.Port }));
    }

    [Fact]
    public async Task Completions_SixtyFourClients_GetWhatEachGetsAloneOr429()
    {
        const int Clients = 64, Rounds = 2, NewTokens = 8;
        await using var server = await RunningServer.StartAsync(model.Served, new() { MaxRows = 16, MaxQueue = 32 });
        string[] prompts = [.. Enumerable.Range(0, Clients).Select(i => $"# P X {i} O\nThe word for left is")];
        string[] alone = [.. prompts.Select(prompt => model.Alone(prompt, NewTokens).Text)];
        Assert.True(alone.Distinct().Count() > 3);

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => AskAsync(client, Rounds)));

        Assert.Empty(server.Notes);
        await server.BecomesIdleAsync();
        Assert.Contains($"thaw_requests_total{{path=\"/v1/completions\",status=\"200\"}} {Clients * Rounds}\n", await server.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);

        async Task AskAsync(int client, int rounds)
        {
            var body = $$"""{"model":"MODEL","prompt":{{JsonValue.Create(prompts[client]).ToJsonString()}},"max_tokens":{{NewTokens}},"temperature":0}""";
            while (rounds > 0)
            {
                using var response = await server.PostAsync(Completions, body);
                if (response.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    await Task.Delay(20);
                    continue;
                }

                var reply = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
                Assert.Equal(alone[client], (string)reply["choices"]![0]!["text"]!);
                rounds--;
            }
        }
    }

    [Fact]
    public async Task Get_ModelsHealthAndMetrics_Answer()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        await server.JsonAsync(Completions, Short.Replace("\"P\"", "[1,2,3]", StringComparison.Ordinal));

        Assert.Contains("\"id\":\"base\",\"object\":\"model\"", await server.Http.GetStringAsync("/v1/models"), StringComparison.Ordinal);
        Assert.Contains("\"max_model_len\":1024", await server.Http.GetStringAsync("/v1/models/base"), StringComparison.Ordinal);
        Assert.Contains("\"status\":\"ok\"", await server.Http.GetStringAsync("/health"), StringComparison.Ordinal);
        using var metrics = await server.Http.GetAsync("/metrics");
        var page = await metrics.Content.ReadAsStringAsync();
        Assert.Equal(new MediaTypeHeaderValue("text/plain", "utf-8").CharSet, metrics.Content.Headers.ContentType?.CharSet);
        Assert.Contains("thaw_requests_total{path=\"/v1/completions\",status=\"200\"} 1\n", page, StringComparison.Ordinal);
        Assert.Contains("thaw_first_token_seconds_bucket{le=\"+Inf\"} 1\n", page, StringComparison.Ordinal);
        Assert.Equal(3, await server.MetricAsync("thaw_prompt_tokens_total"));
    }

    private static async Task WaitForRowsAsync(RunningServer server, int rows)
    {
        for (var look = 0; look < 500 && server.Server.Rows < rows; look++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(rows, server.Server.Rows);
    }
}
