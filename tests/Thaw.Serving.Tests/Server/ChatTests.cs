using System.ClientModel;
using OpenAI.Chat;
using Thaw.Core.Tasks;
using Thaw.Serving.Client;

namespace Thaw.Serving.Tests.Server;

/// <summary>The official client against the server, over a socket.</summary>
public sealed class ChatTests(BaseModel model) : IClassFixture<BaseModel>
{
    private const string Question = "Which word means left?";
    private const string Rendered = $"<|im_start|>user\n{Question}<|im_end|>\n<|im_start|>assistant\n";

    private static readonly ChatCompletionOptions s_greedy = new() { Temperature = 0, MaxOutputTokenCount = 12 };

    [Fact]
    public async Task CompleteChat_Greedy_AnswersTheRenderedConversation()
    {
        await using var server = await RunningServer.StartAsync(model.Served);

        ChatCompletion answer = await server.Chat().CompleteChatAsync([new UserChatMessage(Question)], s_greedy);

        var alone = model.Alone(Rendered, 12);
        Assert.Equal(alone.Text, answer.Content.Single().Text);
        Assert.Equal(ChatMessageRole.Assistant, answer.Role);
        Assert.Equal((alone.PromptTokens, alone.CompletionTokens), (answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount));
        Assert.Equal(model.Served.Fingerprint, answer.SystemFingerprint);
        Assert.Equal(alone.FinishReason == Core.Generation.FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop, answer.FinishReason);
    }

    [Fact]
    public async Task CompleteChat_ConversationInParts_IsRenderedAsAWhole()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        ChatMessage[] messages =
        [
            new SystemChatMessage("Be brief."), new UserChatMessage("A"), new AssistantChatMessage("B"),
            new UserChatMessage(ChatMessageContentPart.CreateTextPart("C"), ChatMessageContentPart.CreateTextPart("D")),
        ];

        ChatCompletion answer = await server.Chat().CompleteChatAsync(messages, s_greedy);

        const string Text = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nA<|im_end|>\n<|im_start|>assistant\nB<|im_end|>\n<|im_start|>user\nCD<|im_end|>\n<|im_start|>assistant\n";
        Assert.Equal(model.Folder.Tokenizer.Encode(Text).Length, answer.Usage.InputTokenCount);
        Assert.Equal(model.Alone(Text, 12).Text, answer.Content.Single().Text);
    }

    [Fact]
    public async Task CompleteChatStreaming_Greedy_HasTheTextOfTheWhole()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        var pieces = new List<string>();
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;

        await foreach (var update in server.Chat().CompleteChatStreamingAsync([new UserChatMessage(Question)], s_greedy))
        {
            pieces.AddRange(update.ContentUpdate.Select(part => part.Text));
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        var alone = model.Alone(Rendered, 12);
        Assert.Equal(alone.Text, string.Concat(pieces));
        Assert.True(pieces.Count > 2);
        Assert.NotNull(finish);
        Assert.Equal(alone.CompletionTokens, usage?.OutputTokenCount);
    }

    [Fact]
    public async Task CompleteChat_WithLogProbabilities_GivesThemForEveryToken()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        var options = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 6, IncludeLogProbabilities = true, TopLogProbabilityCount = 2 };

        ChatCompletion answer = await server.Chat().CompleteChatAsync([new UserChatMessage(Question)], options);

        var tokens = answer.ContentTokenLogProbabilities;
        Assert.Equal(answer.Usage.OutputTokenCount, tokens.Count);
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(answer.Content.Single().Text), tokens.SelectMany(token => token.Utf8Bytes!.Value.ToArray()));
        Assert.All(tokens, token =>
        {
            Assert.Equal(2, token.TopLogProbabilities.Count);
            Assert.Equal(token.LogProbability, token.TopLogProbabilities[0].LogProbability);
            Assert.Equal(token.Token, token.TopLogProbabilities[0].Token);
            Assert.True(token.TopLogProbabilities[1].LogProbability <= token.LogProbability);
        });
    }

    [Fact]
    public async Task CompleteChat_WithAStopText_EndsBeforeIt()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        var whole = model.Alone(Rendered, 12).Text;
        var stop = whole.Substring(whole.Length / 2, 2);
        var options = new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 12 };
        options.StopSequences.Add(stop);

        ChatCompletion answer = await server.Chat().CompleteChatAsync([new UserChatMessage(Question)], options);

        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], string.Concat(answer.Content.Select(part => part.Text)));
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
    }

    [Fact]
    public async Task CompleteChat_Refused_ReachesTheClientAsItsStatusAndReason()
    {
        await using var server = await RunningServer.StartAsync(model.Served, new() { Key = new ApiKey("sk-right") });

        var unauthorized = await Assert.ThrowsAsync<ClientResultException>(() => server.Chat("sk-wrong").CompleteChatAsync([new UserChatMessage("x")]));
        var tooLong = await Assert.ThrowsAsync<ClientResultException>(
            () => server.Chat("sk-right").CompleteChatAsync([new UserChatMessage("x")], new ChatCompletionOptions { MaxOutputTokenCount = 100_000 }));

        Assert.Equal((401, 400), (unauthorized.Status, tooLong.Status));
        Assert.Contains("invalid_api_key", unauthorized.Message, StringComparison.Ordinal);
        Assert.Contains("The context has 1024 tokens", tooLong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_PromptsOfBothTasks_AreRenderedToTheirText()
    {
        await using var server = await RunningServer.StartAsync(model.Served);
        foreach (var task in TaskCatalog.All)
        {
            var split = task.Splits[0];
            var prompt = task.Begin(split, task.DrawInstances(split, Fold.Test, 1, 3).Single(), 3).Prompt;
            var sampling = new Core.Generation.SamplingOptions { MaxNewTokens = 8 };
            var options = new EndpointOptions(EndpointAddress.Parse(server.Server.Address.ToString()), "base")
            {
                Api = EndpointApi.Chat,
                ContinuesOpening = true,
            };
            using var generator = new EndpointGenerator(options);

            Assert.Equal(model.Alone(prompt.Text, 8), generator.Generate([prompt], sampling, CancellationToken.None).Single());
        }
    }
}
