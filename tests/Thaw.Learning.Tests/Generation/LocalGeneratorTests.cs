using Thaw.Core.Generation;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Generation;

namespace Thaw.Learning.Tests.Generation;

public sealed class LocalGeneratorTests : IDisposable
{
    private static readonly Prompt[] s_prompts =
    [
        new("You are a Sokoban solver."),
        new("You are a Sokoban solver.\n\nSokoban Quick Guide\nGoal: Push all boxes (X) onto targets (O)."),
        new("Rules:"),
        new("You are"),
    ];

    private static readonly SamplingOptions s_greedy = SamplingOptions.Greedy with { MaxNewTokens = 12 };
    private static readonly SamplingOptions s_sampled = new() { MaxNewTokens = 12, Temperature = 1.0, Seed = 5 };

    private readonly TemporaryFolder _folder = new();
    private readonly ModelFolder _model;

    public LocalGeneratorTests() => _model = ModelFolder.Load(TinyModels.WriteSokobanFolder(_folder["model"]));

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void Generate_AloneOrInABatchOfOtherLengths_GivesTheSame(double temperature)
    {
        var options = s_sampled with { Temperature = temperature };
        var together = Generate(options, s_prompts);
        var alone = s_prompts.Select(prompt => Generate(options, prompt).Single()).ToList();

        Assert.Equal(alone, together);
        Assert.Equal(4, together.Select(completion => completion.Text).Distinct().Count());
    }

    [Fact]
    public void Generate_SomeRowsStopEarly_LeavesTheOthersAsTheyAre()
    {
        var free = Generate(s_greedy, s_prompts);
        var first = Generate(s_greedy with { MaxNewTokens = 1 }, s_prompts[0])[0].Text;
        int[] stopIds = [.. Enumerable.Range(0, _model.Tokenizer.VocabularySize).Where(id => _model.Tokenizer.TokenText(id) == first)];
        using var stopping = new LocalGenerator(_model.Decoder, _model.Tokenizer, stopIds);

        var rows = stopping.Generate(s_prompts, s_greedy, default);

        Assert.Equal(("", FinishReason.Stop, 0), (rows[0].Text, rows[0].FinishReason, rows[0].CompletionTokens));
        Assert.All(free.Zip(rows), pair => Assert.StartsWith(pair.Second.Text, pair.First.Text, StringComparison.Ordinal));
        Assert.Contains(rows, row => row.FinishReason == FinishReason.Length);
    }

    [Fact]
    public void Generate_NoStopToken_EndsAtTheLimit()
    {
        using var endless = new LocalGenerator(_model.Decoder, _model.Tokenizer, []);

        var completion = endless.Generate([s_prompts[0]], s_greedy with { MaxNewTokens = 3 }, default).Single();

        Assert.Equal(FinishReason.Length, completion.FinishReason);
        Assert.Equal(3, completion.CompletionTokens);
        Assert.Equal(_model.Tokenizer.Encode(s_prompts[0].Text).Length, completion.PromptTokens);
    }

    [Fact]
    public void Generate_Sampled_IsDecidedByTheSeed()
    {
        Assert.Equal(Generate(s_sampled, s_prompts), Generate(s_sampled, s_prompts));
        Assert.NotEqual(Generate(s_sampled, s_prompts), Generate(s_sampled with { Seed = 6 }, s_prompts));
    }

    [Fact]
    public void Generate_OnePromptManyTimes_DrawsDifferentTexts() =>
        Assert.Equal(8, Generate(s_sampled, [.. Enumerable.Repeat(s_prompts[0], 8)]).Distinct().Count());

    [Fact]
    public void Generate_OnePromptManyTimesUnderNeighbouringSeeds_SharesNoText()
    {
        Prompt[] prompts = [.. Enumerable.Repeat(s_prompts[0], 8)];

        Assert.Empty(Generate(s_sampled with { Seed = 1 }, prompts).Intersect(Generate(s_sampled with { Seed = 2 }, prompts)));
    }

    [Fact]
    public void Generate_NothingAsked_GivesNothing() => Assert.Empty(Generate(s_greedy));

    [Fact]
    public void Generate_PromptThatLeavesNoRoom_SaysHowMuchThereIs()
    {
        var error = Assert.Throws<ArgumentException>(() => Generate(s_greedy with { MaxNewTokens = 510 }, s_prompts[0]));

        Assert.EndsWith("and 510 new ones do not fit into the model's 512 positions.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_EmptyPrompt_Throws() => Assert.Throws<ArgumentException>(() => Generate(s_greedy, s_prompts[0], new Prompt("")));

    [Fact]
    public void Generate_Cancelled_Throws()
    {
        using var generator = _model.Generator();
        Assert.ThrowsAny<OperationCanceledException>(() => generator.Generate(s_prompts, s_greedy, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Generate_GreedyOrSampled_LeavesNoTensors()
    {
        LiveTensors.AreNotLeftBy(() => Generate(s_greedy, s_prompts));
        LiveTensors.AreNotLeftBy(() => Generate(s_sampled, s_prompts));
    }

    private IReadOnlyList<Completion> Generate(SamplingOptions options, params Prompt[] prompts)
    {
        using var generator = _model.Generator();
        return generator.Generate(prompts, options, default);
    }
}
