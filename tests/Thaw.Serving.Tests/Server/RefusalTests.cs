using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Thaw.Serving.Tests.Server;

/// <summary>What no server should answer: always an error in the API's form that names the place, and the next request is answered.</summary>
public sealed class RefusalTests(BaseModel model) : IClassFixture<BaseModel>
{
    [Theory]
    [InlineData("""{"prompt":"x"}""", 400, "model", "missing_required_parameter")]
    [InlineData("""{"model":"gpt-4","prompt":"x"}""", 404, "model", "model_not_found")]
    [InlineData("""{"model":7,"prompt":"x"}""", 400, "model", "invalid_type")]
    [InlineData("""{"model":"MODEL"}""", 400, "prompt", "missing_required_parameter")]
    [InlineData("""{"model":"MODEL","prompt":null}""", 400, "prompt", "missing_required_parameter")]
    [InlineData("""{"model":"MODEL","prompt":{}}""", 400, "prompt", "invalid_type")]
    [InlineData("""{"model":"MODEL","prompt":""}""", 400, "prompt", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":[]}""", 400, "prompt", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":[[]]}""", 400, "prompt", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":["a",5]}""", 400, "prompt[1]", "invalid_type")]
    [InlineData("""{"model":"MODEL","prompt":[1,-1]}""", 400, "prompt", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":[1,1564]}""", 400, "prompt", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":[1,1e99]}""", 400, "prompt", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x\ud83d"}""", 400, "prompt", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","temprature":1}""", 400, "temprature", "unknown_parameter")]
    [InlineData("""{"model":"MODEL","prompt":"x","\ud83d":1}""", 400, null, "invalid_json")]
    [InlineData("""{"model":"MODEL","prompt":"x","temperature":"hot"}""", 400, "temperature", "invalid_type")]
    [InlineData("""{"model":"MODEL","prompt":"x","temperature":-0.1}""", 400, "temperature", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","temperature":1e999}""", 400, "temperature", "invalid_type")]
    [InlineData("""{"model":"MODEL","prompt":"x","top_p":0}""", 400, "top_p", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","top_p":1.1}""", 400, "top_p", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","max_tokens":0}""", 400, "max_tokens", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","max_tokens":1.5}""", 400, "max_tokens", "invalid_type")]
    [InlineData("""{"model":"MODEL","prompt":"x","max_tokens":99999999999999999999}""", 400, "max_tokens", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","max_tokens":5000}""", 400, "max_tokens", "context_length_exceeded")]
    [InlineData("""{"model":"MODEL","prompt":"x","max_completion_tokens":5}""", 400, "max_completion_tokens", "unknown_parameter")]
    [InlineData("""{"model":"MODEL","prompt":"x","n":0}""", 400, "n", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":["x","y","z"],"n":128}""", 400, "n", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","best_of":3}""", 400, "best_of", "unsupported_parameter")]
    [InlineData("""{"model":"MODEL","prompt":"x","echo":true}""", 400, "echo", "unsupported_parameter")]
    [InlineData("""{"model":"MODEL","prompt":"x","suffix":"y"}""", 400, "suffix", "unsupported_parameter")]
    [InlineData("""{"model":"MODEL","prompt":"x","store":true}""", 400, "store", "unsupported_parameter")]
    [InlineData("""{"model":"MODEL","prompt":"x","stop":[""]}""", 400, "stop", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","stop":[1]}""", 400, "stop[0]", "invalid_type")]
    [InlineData("""{"model":"MODEL","prompt":"x","stop":{}}""", 400, "stop", "invalid_type")]
    [InlineData("""{"model":"MODEL","prompt":"x","stop":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17"]}""", 400, "stop", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","seed":1e30}""", 400, "seed", "invalid_type")]
    [InlineData("""{"model":"MODEL","prompt":"x","logprobs":21}""", 400, "logprobs", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","logprobs":true}""", 400, "logprobs", "invalid_type")]
    [InlineData("""{"model":"MODEL","prompt":"x","logit_bias":{"x":1}}""", 400, "logit_bias", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","logit_bias":{"5":101}}""", 400, "logit_bias", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","logit_bias":{"\ud83d":1}}""", 400, null, "invalid_json")]
    [InlineData("""{"model":"MODEL","prompt":"x","stop_token_ids":[1564]}""", 400, "stop_token_ids", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","stream":1}""", 400, "stream", "invalid_type")]
    [InlineData("""{"model":"MODEL","prompt":"x","stream_options":{}}""", 400, "stream_options", "invalid_value")]
    [InlineData("""{"model":"MODEL","prompt":"x","stream":true,"stream_options":{"usage":true}}""", 400, "stream_options.usage", "unknown_parameter")]
    [InlineData("""{"model":"MODEL","model":"MODEL","prompt":"x"}""", 400, null, "invalid_json")]
    [InlineData("""["model"]""", 400, null, "invalid_json")]
    [InlineData("""{"model":"MODEL",}""", 400, null, "invalid_json")]
    [InlineData("", 400, null, "invalid_json")]
    public async Task Completions_BadRequest_IsRefusedWithItsPlace(string body, int status, string? param, string code)
    {
        await using var server = await RunningServer.StartAsync(model.Served);

        await AssertRefusedAsync(await server.PostAsync("/v1/completions", body), status, param, code);
        await server.BecomesIdleAsync();
    }

    [Theory]
    [InlineData("""{"model":"MODEL"}""", "messages", "missing_required_parameter")]
    [InlineData("""{"model":"MODEL","messages":"hi"}""", "messages", "invalid_type")]
    [InlineData("""{"model":"MODEL","messages":[]}""", "messages", "invalid_value")]
    [InlineData("""{"model":"MODEL","messages":["hi"]}""", "messages[0]", "invalid_type")]
    [InlineData("""{"model":"MODEL","messages":[{"content":"hi"}]}""", "messages[0].role", "missing_required_parameter")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":5}]}""", "messages[0].content", "invalid_type")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"\ud83d"}]}""", "messages[0].content", "invalid_value")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"a","name":"\ud83d"}]}""", "messages[0]", "invalid_value")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}""", "messages[0].content[0]", "unsupported_parameter")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function"}]}""", "tools", "unsupported_parameter")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"a"}],"response_format":{"type":"json_object"}}""", "response_format", "unsupported_parameter")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"a"}],"tool_choice":"required"}""", "tool_choice", "unsupported_parameter")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"a"}],"modalities":["audio"]}""", "modalities", "unsupported_parameter")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"a"}],"top_logprobs":2}""", "top_logprobs", "invalid_value")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"a"}],"max_tokens":2,"max_completion_tokens":3}""", "max_tokens", "invalid_value")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"a"}],"continue_final_message":true,"add_generation_prompt":true}""", "continue_final_message", "invalid_value")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"a"}],"chat_template_kwargs":[]}""", "chat_template_kwargs", "invalid_type")]
    [InlineData("""{"model":"MODEL","messages":[{"role":"user","content":"a"}],"prompt":"x"}""", "prompt", "unknown_parameter")]
    public async Task Chat_BadRequest_IsRefusedWithItsPlace(string body, string param, string code)
    {
        await using var server = await RunningServer.StartAsync(model.Served);

        await AssertRefusedAsync(await server.PostAsync("/v1/chat/completions", body), 400, param, code);
    }

    [Fact]
    public async Task Chat_WithoutATemplate_SaysSo()
    {
        await using var server = await RunningServer.StartAsync(model.Served with { Template = null });

        await AssertRefusedAsync(
            await server.PostAsync("/v1/chat/completions", """{"model":"MODEL","messages":[{"role":"user","content":"a"}]}"""), 400, "messages", "no_chat_template");
    }

    [Fact]
    public async Task Post_BrokenBytes_AreRefusedWithTheirPlace()
    {
        await using var server = await RunningServer.StartAsync(model.Served, new() { MaxBodyBytes = 10_000 });

        var body = Encoding.UTF8.GetBytes("""{"model":"base","prompt":"?"}""");
        body[26] = 0xff;
        Assert.Contains("not UTF-8 at byte 27", await AssertRefusedAsync(await server.PostAsync("/v1/completions", body), 400, null, "invalid_json"), StringComparison.Ordinal);

        var deep = new string('[', 5000);
        Assert.Contains("line 1, byte 10", await AssertRefusedAsync(await server.PostAsync("/v1/completions", """{"model":}"""), 400, null, "invalid_json"), StringComparison.Ordinal);
        await AssertRefusedAsync(await server.PostAsync("/v1/completions", $"{{\"prompt\":{deep}"), 400, null, "invalid_json");
        await AssertRefusedAsync(await server.PostAsync("/v1/completions", new byte[10_001]), 413, null, "body_too_large");
        await AssertRefusedAsync(
            await server.PostAsync("/v1/completions", "{}"u8.ToArray(), "text/plain", HttpCompletionOption.ResponseContentRead, default), 415, null, "unsupported_content_type");
    }

    [Theory]
    [InlineData("GET", "/v1/completions", 405, "method_not_allowed")]
    [InlineData("DELETE", "/v1/models", 405, "method_not_allowed")]
    [InlineData("GET", "/v1/models/other", 404, "model_not_found")]
    [InlineData("GET", "/v1/embeddings", 404, "unknown_url")]
    [InlineData("GET", "/", 404, "unknown_url")]
    [InlineData("GET", "/v1//%2e%2e/health", 404, "unknown_url")]
    public async Task Send_ElsewhereOrOtherwise_IsRefused(string method, string path, int status, string code)
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        await AssertRefusedAsync(await server.Http.SendAsync(request), status, code == "model_not_found" ? "model" : null, code);
    }

    [Fact]
    public async Task Post_MutatedBodies_AreAnsweredOrRefusedInForm()
    {
        // Most changes of a byte leave something that is not JSON; those of a number or a name do not. 400 of them from a fixed seed.
        const string Valid = """{"model":"base","prompt":["P X",[1,2]],"n":2,"temperature":0.5,"top_p":0.9,"stop":["ab","\n"],"seed":7,"max_tokens":2,"logit_bias":{"5":1.5},"logprobs":2,"stream":false,"user":null}""";
        await using var server = await RunningServer.StartAsync(model.Served);
        var random = new Random(20251125);
        var answered = 0;
        for (var round = 0; round < 400; round++)
        {
            using var response = await server.PostAsync("/v1/completions", Mutate(Encoding.UTF8.GetBytes(Valid), random));
            var reply = JsonNode.Parse(await response.Content.ReadAsByteArrayAsync())!;
            if (response.IsSuccessStatusCode)
            {
                answered++;
                continue;
            }

            Assert.InRange((int)response.StatusCode, 400, 499);
            Assert.NotEmpty((string)reply["error"]!["message"]!);
        }

        Assert.InRange(answered, 5, 395);
        Assert.Empty(server.Notes);
        await server.BecomesIdleAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/health")).StatusCode);
    }

    private static byte[] Mutate(byte[] body, Random random)
    {
        List<byte> bytes = [.. body];
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var place = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[place] = (byte)"0123456789{}[]\",:-+.eEtrufalsn\\ "[random.Next(32)];
                    break;
                case 2:
                    bytes.RemoveRange(place, Math.Min(random.Next(1, 9), bytes.Count - place));
                    break;
                default:
                    bytes.InsertRange(place, bytes.GetRange(place, Math.Min(random.Next(1, 9), bytes.Count - place)));
                    break;
            }
        }

        return [.. bytes];
    }

    private static async Task<string> AssertRefusedAsync(HttpResponseMessage response, int status, string? param, string code)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
            var error = JsonNode.Parse(text)!["error"]!;
            Assert.Equal((param, code), ((string?)error["param"], (string?)error["code"]));
            Assert.Equal("invalid_request_error", (string?)error["type"]);
            return (string)error["message"]!;
        }
    }
}
