using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Thaw.Core.Generation;
using Thaw.Serving.Client;

namespace Thaw.Serving.Tests.Client;

public class EndpointGeneratorTests
{
    private const string Secret = "sk-very-secret-0123456789";

    private static readonly Prompt[] s_prompts = [.. Enumerable.Range(0, 12).Select(i => new Prompt($"prompt {i}"))];

    [Fact]
    public async Task Generate_ManyPrompts_AnswersInTheirOrderWithinTheLimitOfConcurrency()
    {
        await using var server = await ScriptedServer.StartAsync(async (request, context) =>
        {
            await Task.Delay(30);
            await ScriptedServer.ReplyAsync(context, ScriptedServer.Text(request.Prompt.ToUpperInvariant()));
        });
        using var generator = new EndpointGenerator(server.Options with { Prices = new TokenPrices(2, 10) });

        var answers = Generate(generator, s_prompts);

        Assert.Equal(s_prompts.Select(prompt => new Completion(prompt.Text.ToUpperInvariant(), FinishReason.Stop, 10, 3)), answers);
        Assert.InRange(server.MostAtOnce, 2, 4);
        var usage = generator.Usage;
        Assert.Equal((12, 0, 0, 120, 36), (usage.Requests, usage.FromJournal, usage.Retries, usage.PromptTokens, usage.CompletionTokens));
        Assert.Equal(((2 * 120) + (10 * 36)) / 1e6, usage.Cost, 12);
    }

    [Fact]
    public async Task Generate_Greedy_AsksEqualPromptsOnceAndDrawsNothing()
    {
        await using var server = await ScriptedServer.StartEchoAsync();
        using var generator = new EndpointGenerator(server.Options);

        var answers = Generate(generator, [new("a"), new("b"), new("a")]);

        Assert.Equal(["A", "B", "A"], answers.Select(answer => answer.Text));
        Assert.Equal(2, server.Requests.Count);
        var body = server.Requests.Single(request => request.Prompt == "a").Body;
        Assert.Equal("""{"model":"scripted","max_tokens":64,"temperature":0,"prompt":"a"}""", body.ToJsonString());
    }

    [Fact]
    public async Task Generate_Sampled_SendsASeedForEachOccurrenceAndTheSameOnesAgain()
    {
        await using var server = await ScriptedServer.StartEchoAsync();
        using var generator = new EndpointGenerator(server.Options);
        var sampling = new SamplingOptions { Temperature = 0.5, TopK = 7, TopP = 0.9, Seed = 3 };

        generator.Generate([new("a"), new("a"), new("b")], sampling, CancellationToken.None);
        generator.Generate([new("a"), new("a"), new("b")], sampling, CancellationToken.None);

        var seeds = server.Requests.Select(request => (request.Prompt, (long)request.Body["seed"]!)).ToList();
        Assert.Equal(3, seeds.Distinct().Count());
        Assert.Equal(seeds.Take(3).Order(), seeds.Skip(3).Order());
        Assert.All(server.Requests, request => Assert.Equal((0.5, 0.9, 7), ((double)request.Body["temperature"]!, (double)request.Body["top_p"]!, (int)request.Body["top_k"]!)));
    }

    [Fact]
    public async Task Generate_WithChoices_AsksForEqualPromptsTogetherAndSortsByIndex()
    {
        await using var server = await ScriptedServer.StartAsync((request, context) =>
        {
            var reply = ScriptedServer.Text([.. Enumerable.Range(0, (int?)request.Body["n"] ?? 1).Select(i => $"{request.Prompt}{i}")]);
            reply["choices"] = new JsonArray([.. reply["choices"]!.AsArray().Reverse().Select(choice => choice!.DeepClone())]);
            return ScriptedServer.ReplyAsync(context, reply);
        });
        using var generator = new EndpointGenerator(server.Options with { ChoicesPerRequest = 2, Concurrency = 1 });

        var answers = generator.Generate([new("a"), new("b"), new("a"), new("a")], new SamplingOptions { Temperature = 1 }, CancellationToken.None);

        Assert.Equal(["a0", "b0", "a1", "a0"], answers.Select(answer => answer.Text));
        Assert.Equal([2, 3, 1, 3], answers.Select(answer => answer.CompletionTokens));
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(false, """[{"role":"user","content":"Which? "}]""", null)]
    [InlineData(true, """[{"role":"user","content":"Which? "},{"role":"assistant","content":"<think>"}]""", true)]
    public async Task Generate_ByChat_SendsThePromptAsMessages(bool continues, string messages, bool? isContinued)
    {
        var reply = JsonNode.Parse("""{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"length"}]}""")!;
        await using var server = await ScriptedServer.StartAsync((_, context) => ScriptedServer.ReplyAsync(context, reply));
        using var generator = new EndpointGenerator(server.Options with { Api = EndpointApi.Chat, ContinuesOpening = continues });

        var answer = Generate(generator, [new("<|im_start|>user\nWhich? <|im_end|>\n<|im_start|>assistant\n<think>")]).Single();

        Assert.Equal(new Completion("hi", FinishReason.Length, 0, 0), answer);
        var request = server.Requests.Single();
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal(messages, request.Body["messages"]!.ToJsonString(Core.Storage.JsonFormat.Line));
        Assert.Equal(isContinued, (bool?)request.Body["continue_final_message"]);
    }

    [Fact]
    public async Task Generate_WithExtraBody_AddsAndTakesAwayKeys()
    {
        await using var server = await ScriptedServer.StartEchoAsync();
        var extra = JsonNode.Parse("""{"max_tokens":null,"max_completion_tokens":5,"temperature":0.1}""")!.AsObject();
        using var generator = new EndpointGenerator(server.Options with { ExtraBody = extra });

        Generate(generator, [new("a")]);

        Assert.Equal("""{"model":"scripted","prompt":"a","max_completion_tokens":5,"temperature":0.1}""", server.Requests.Single().Body.ToJsonString());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(0)]
    public async Task Generate_TransientFailures_AreTriedAgain(int status)
    {
        await using var server = await ScriptedServer.StartAsync((request, context) =>
        {
            if (request.Number > 2)
            {
                return ScriptedServer.ReplyAsync(context, ScriptedServer.Text("done"));
            }

            context.Response.Headers["retry-after-ms"] = "10";
            if (status == 0)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return ScriptedServer.ReplyAsync(context, ScriptedServer.Error("busy"), status);
        });
        var notes = new List<string>();
        using var generator = new EndpointGenerator(server.Options, note: notes.Add);

        Assert.Equal("done", Generate(generator, [new("a")]).Single().Text);
        Assert.Equal(2, generator.Usage.Retries);
        Assert.InRange(notes.Count, 1, 2);
    }

    [Fact]
    public async Task Generate_RetryAfter_IsWaitedFor()
    {
        var times = new List<DateTime>();
        await using var server = await ScriptedServer.StartAsync((request, context) =>
        {
            times.Add(DateTime.UtcNow);
            context.Response.Headers.RetryAfter = "1";
            return request.Number == 1
                ? ScriptedServer.ReplyAsync(context, ScriptedServer.Error("busy"), 429)
                : ScriptedServer.ReplyAsync(context, ScriptedServer.Text("done"));
        });
        using var generator = new EndpointGenerator(server.Options);

        Generate(generator, [new("a")]);

        // The usual first delay is at most half a second. Timers may be some milliseconds early.
        Assert.InRange(times[1] - times[0], TimeSpan.FromSeconds(0.98), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Generate_RetryAfterBeyondPatience_FailsAtOnce()
    {
        await using var server = await ScriptedServer.StartAsync((_, context) =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return ScriptedServer.ReplyAsync(context, ScriptedServer.Error("come back later"), 429);
        });
        using var generator = new EndpointGenerator(server.Options);

        var error = Assert.Throws<EndpointException>(() => Generate(generator, [new("a")]));

        Assert.Contains("429: come back later (tried 1 time; the next try in 3600 s would be past the patience of 20 s)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, null, "401: no entry for *** here")]
    [InlineData(404, null, "404: no entry for *** here (is 'scripted' a model of this server")]
    [InlineData(429, "insufficient_quota", "429: no entry for *** here")]
    public async Task Generate_Refused_FailsAtOnceAndNeverNamesTheKey(int status, string? code, string clue)
    {
        await using var server = await ScriptedServer.StartAsync((_, context) =>
            ScriptedServer.ReplyAsync(context, ScriptedServer.Error($"no entry for {Secret}\n here", code), status));
        using var generator = new EndpointGenerator(server.Options with { Key = new ApiKey(Secret) });

        var error = Assert.Throws<EndpointException>(() => Generate(generator, [new("a")]));

        Assert.Contains(clue, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, (server.Options with { Key = new ApiKey(Secret) }).ToString(), StringComparison.Ordinal);
        Assert.Equal($"Bearer {Secret}", Assert.Single(server.Requests).Authorization);
    }

    [Theory]
    [InlineData("[]", "key 'choices' is missing or no list")]
    [InlineData("""{"choices":[]}""", "key 'choices' has 0 entries, not 1")]
    [InlineData("""{"choices":[{"index":0}]}""", "a choice has neither 'text' nor 'message.content'")]
    [InlineData("{", "the reply cannot be read")]
    public async Task Generate_ReplyOfAnotherForm_SaysWhatIsWrong(string reply, string clue)
    {
        await using var server = await ScriptedServer.StartAsync((_, context) => context.Response.WriteAsync(reply));
        using var generator = new EndpointGenerator(server.Options);

        Assert.Contains(clue, Assert.Throws<EndpointException>(() => Generate(generator, [new("a")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_HalfASurrogatePairInTheReply_BecomesAReplacementCharacter()
    {
        await using var server = await ScriptedServer.StartAsync((_, context) =>
            context.Response.WriteAsync("""{"choices":[{"text":"x\ud83d","finish_reason":"stop"}]}"""));
        using var generator = new EndpointGenerator(server.Options);

        Assert.Equal("x\uFFFD", Generate(generator, [new("a")]).Single().Text);
    }

    [Fact]
    public async Task Generate_NoAnswerInTime_FailsWithTheLimit()
    {
        await using var server = await ScriptedServer.StartAsync((_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var generator = new EndpointGenerator(server.Options with { Timeout = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.Zero });

        Assert.Contains("no answer within 0.1 s", Assert.Throws<EndpointException>(() => Generate(generator, [new("a")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_NobodyListens_FailsWithTheAddress()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var address = $"http://{socket.LocalEndPoint}";
        using var generator = new EndpointGenerator(new EndpointOptions(EndpointAddress.Parse(address), "m") { Patience = TimeSpan.Zero });

        Assert.StartsWith(address, Assert.Throws<EndpointException>(() => Generate(generator, [new("a")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_Cancelled_EndsTheRequestsThatRun()
    {
        var ended = new TaskCompletionSource();
        var began = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async (_, context) =>
        {
            context.RequestAborted.Register(ended.SetResult);
            began.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var generator = new EndpointGenerator(server.Options);
        using var cancellation = new CancellationTokenSource();
        var work = Task.Run(() => generator.Generate([new("a")], SamplingOptions.Greedy, cancellation.Token));
        await began.Task;

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work.WaitAsync(TimeSpan.FromSeconds(10)));
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static IReadOnlyList<Completion> Generate(EndpointGenerator generator, IReadOnlyList<Prompt> prompts) =>
        generator.Generate(prompts, SamplingOptions.Greedy, CancellationToken.None);
}
