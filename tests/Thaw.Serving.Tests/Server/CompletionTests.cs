using System.Text.Json.Nodes;
using Thaw.Core.Generation;
using Thaw.Learning.Generation;
using Thaw.Learning.Models;
using Thaw.Serving.Client;

namespace Thaw.Serving.Tests.Server;

public sealed class CompletionTests(BaseModel model) : IClassFixture<BaseModel>
{
    private const string Path = "/v1/completions";

    private static readonly string[] s_prompts = [BaseModel.SokobanText, "The word for left is", "P X O"];

    [Fact]
    public async Task Post_ModelWithMoreRowsThanTokens_IsAnsweredAndTheServerLives()
    {
        // As Qwen's are: half of the rows of this embedding belong to no token, and random weights choose among all.
        var config = model.Folder.Decoder.Config with { VocabularySize = 2 * model.Folder.Tokenizer.VocabularySize, Layers = 1 };
        using var decoder = Decoder.Fresh(config, seed: 1);
        await using var server = await RunningServer.StartAsync(model.Served with { Decoder = decoder });

        var answer = await server.JsonAsync(
            "/v1/completions", """{"model":"MODEL","prompt":"P","max_tokens":40,"temperature":1,"seed":1,"ignore_eos":true,"logprobs":4}""");

        Assert.Equal(40, (int)answer["usage"]!["completion_tokens"]!);
        Assert.Contains(answer["choices"]![0]!["logprobs"]!["tokens"]!.AsArray(), token => ((string)token!).StartsWith("token_id:", StringComparison.Ordinal));
        var chat = await server.JsonAsync(
            "/v1/chat/completions", """{"model":"MODEL","messages":[{"role":"user","content":"P"}],"max_tokens":40,"seed":1,"logprobs":true,"top_logprobs":4}""");
        Assert.NotNull(chat["choices"]![0]!["message"]!["content"]);
    }

    [Fact]
    public async Task Completions_Greedy_AreThoseOfTheLocalModel()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        using var generator = new EndpointGenerator(new EndpointOptions(EndpointAddress.Parse(server.Server.Address.ToString()), "base"));
        var sampling = new SamplingOptions { MaxNewTokens = 12 };
        Prompt[] prompts = [.. s_prompts.Select(text => new Prompt(text))];

        var served = generator.Generate(prompts, sampling, CancellationToken.None);

        using var local = model.Folder.Generator();
        Assert.Equal(local.Generate(prompts, sampling, CancellationToken.None), served);
    }

    [Fact]
    public async Task Completions_PromptAsTextListAndIds_AreTheSame()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        var ids = new JsonArray([.. model.Folder.Tokenizer.Encode(s_prompts[1]).Select(id => (JsonNode)id)]).ToJsonString();
        var quoted = JsonValue.Create(s_prompts[1]).ToJsonString();

        foreach (var prompt in new[] { quoted, $"[{quoted}]", ids, $"[{ids}]" })
        {
            var reply = await server.JsonAsync(Path, $$"""{"model":"MODEL","prompt":{{prompt}},"temperature":0,"max_tokens":8}""");
            Assert.Equal(model.Alone(s_prompts[1], 8).Text, (string)reply["choices"]![0]!["text"]!);
        }

        var two = await server.JsonAsync(Path, $$"""{"model":"MODEL","prompt":["P X O",{{quoted}}],"n":2,"temperature":0,"max_tokens":8}""");
        var texts = two["choices"]!.AsArray().OrderBy(choice => (int)choice!["index"]!).Select(choice => (string)choice!["text"]!);
        var (first, second) = (model.Alone("P X O", 8), model.Alone(s_prompts[1], 8));
        Assert.Equal([first.Text, first.Text, second.Text, second.Text], texts);
        Assert.Equal(first.PromptTokens + second.PromptTokens, (int)two["usage"]!["prompt_tokens"]!);
        Assert.Equal(2 * (first.CompletionTokens + second.CompletionTokens), (int)two["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task Completions_Stream_HasTheTextOfTheWhole()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        const string Rest = """ "prompt":["P X O","The word for left is"],"n":2,"seed":5,"max_tokens":20,"logprobs":2 """;
        var whole = await server.JsonAsync(Path, $$"""{"model":"MODEL",{{Rest}}}""");

        var events = await server.EventsAsync(Path, $$$"""{"model":"MODEL","stream":true,"stream_options":{"include_usage":true},{{{Rest}}}}""");

        Assert.Equal("[DONE]", events[^1]);
        var chunks = events.SkipLast(1).Select(text => JsonNode.Parse(text)!).ToList();
        Assert.Empty(chunks[^1]["choices"]!.AsArray());
        Assert.Equal((int)whole["usage"]!["completion_tokens"]!, (int)chunks[^1]["usage"]!["completion_tokens"]!);
        foreach (var choice in whole["choices"]!.AsArray())
        {
            var parts = chunks.SkipLast(1).Select(chunk => chunk["choices"]![0]!).Where(part => (int)part["index"]! == (int)choice!["index"]!).ToList();
            Assert.True(parts.Count > 1);
            Assert.Equal((string)choice!["text"]!, string.Concat(parts.Select(part => (string)part["text"]!)));
            Assert.All(parts.SkipLast(1), part => Assert.Null(part["finish_reason"]));
            Assert.Equal((string)choice["finish_reason"]!, (string)parts[^1]["finish_reason"]!);
            foreach (var list in new[] { "tokens", "text_offset", "top_logprobs" })
            {
                Assert.Equal(
                    choice["logprobs"]![list]!.AsArray().Select(entry => entry!.ToJsonString()),
                    parts.SelectMany(part => part["logprobs"]![list]!.AsArray()).Select(entry => entry!.ToJsonString()));
            }
        }
    }

    [Fact]
    public async Task Completions_WithASeed_AreTheSameAgainAndTheFirstOfMany()
    {
        await using var server = await RunningServer.StartAsync(model.Served);

        var once = await TextsAsync(server, 1, 7);
        var many = await TextsAsync(server, 6, 7);

        Assert.Equal(once[0], many[0]);
        Assert.Equal(many, await TextsAsync(server, 6, 7));
        Assert.True(many.Distinct().Count() > 1);
        Assert.NotEqual(many, await TextsAsync(server, 6, 8));
    }

    [Fact]
    public async Task Completions_Sampled_AreThoseOfTheEngineWithThatSeed()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        using var engine = new GenerationEngine(model.Folder.Decoder, model.Folder.Tokenizer, model.Folder.StopIds, new EngineLimits());
        var row = engine.Add(new GenerationRequest(
            model.Folder.Tokenizer.Encode("The word for left is"), new SamplingOptions { Temperature = 1, Seed = 7, MaxNewTokens = 10 }));
        while (engine.Step(CancellationToken.None))
        {
        }

        Assert.Equal(row.Text, (await TextsAsync(server, 3, 7))[0]);
    }

    [Fact]
    public async Task Completions_StopTexts_CutTheTextAndItsTokens()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        var whole = model.Alone(s_prompts[1], 24).Text;
        Assert.True(whole.Length > 8, whole);
        var stop = JsonValue.Create(whole.Substring(4, 3)).ToJsonString();

        var reply = await server.JsonAsync(Path, $$"""{"model":"MODEL","prompt":"{{s_prompts[1]}}","temperature":0,"max_tokens":24,"logprobs":0,"stop":["never ever",{{stop}}]}""");

        var choice = reply["choices"]![0]!;
        var text = (string)choice["text"]!;
        Assert.Equal(whole[..whole.IndexOf(whole.Substring(4, 3), StringComparison.Ordinal)], text);
        Assert.Equal("stop", (string)choice["finish_reason"]!);
        Assert.StartsWith(text, string.Concat(choice["logprobs"]!["tokens"]!.AsArray().Select(token => (string)token!)), StringComparison.Ordinal);
        Assert.All(choice["logprobs"]!["text_offset"]!.AsArray(), offset => Assert.True((int)offset! < text.Length));
    }

    [Fact]
    public async Task Completions_LogProbabilities_AreThoseOfTheMostProbableTokens()
    {
        await using var server = await RunningServer.StartAsync(model.Served);

        var reply = await server.JsonAsync(Path, """{"model":"MODEL","prompt":"The word for left is","temperature":0,"max_tokens":6,"logprobs":3}""");

        var logprobs = reply["choices"]![0]!["logprobs"]!;
        var chosen = logprobs["token_logprobs"]!.AsArray().Select(value => (double)value!).ToList();
        var tokens = logprobs["tokens"]!.AsArray().Select(token => (string)token!).ToList();
        Assert.Equal(string.Concat(tokens), (string)reply["choices"]![0]!["text"]!);
        for (var i = 0; i < tokens.Count; i++)
        {
            var top = logprobs["top_logprobs"]![i]!.AsObject();
            Assert.Equal(3, top.Count);
            Assert.Equal(chosen[i], top.Max(entry => (double)entry.Value!), 1e-9);
            Assert.Equal(chosen[i], (double)top[tokens[i]]!, 1e-9);
            Assert.InRange(top.Sum(entry => Math.Exp((double)entry.Value!)), 0, 1.0001);
        }
    }

    [Fact]
    public async Task Completions_LogitBias_ForbidsAndForces()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        var forced = model.Folder.Tokenizer.Encode("x")[0];

        var reply = await server.JsonAsync(Path, $$$"""{"model":"MODEL","prompt":"P","temperature":0,"max_tokens":3,"logit_bias":{"{{{forced}}}":100}}""");

        Assert.Equal("xxx", (string)reply["choices"]![0]!["text"]!);
    }

    private static async Task<string[]> TextsAsync(RunningServer server, int choices, int seed)
    {
        var reply = await server.JsonAsync(Path, $$"""{"model":"MODEL","prompt":"The word for left is","n":{{choices}},"seed":{{seed}},"max_tokens":10}""");
        return [.. reply["choices"]!.AsArray().Select(choice => (string)choice!["text"]!)];
    }
}
