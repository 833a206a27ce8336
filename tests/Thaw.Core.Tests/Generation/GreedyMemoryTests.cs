using Thaw.Core.Generation;

namespace Thaw.Core.Tests.Generation;

public class GreedyMemoryTests
{
    private readonly ScriptedPlayer _player = new(prompt => $"{prompt.Text}!");

    [Fact]
    public void Generate_RepeatedPrompts_AreAskedOnce()
    {
        var memory = new GreedyMemory(_player);

        Assert.Equal(["a!", "b!", "a!"], Ask(memory, SamplingOptions.Greedy, "a", "b", "a"));
        Assert.Equal(["b!", "c!"], Ask(memory, SamplingOptions.Greedy, "b", "c"));
        Assert.Equal(["a!"], Ask(memory, SamplingOptions.Greedy, "a"));
        Assert.Equal([2, 1], _player.BatchSizes);
    }

    [Fact]
    public void Generate_OtherSettings_AsksAgain()
    {
        var memory = new GreedyMemory(_player);

        Ask(memory, SamplingOptions.Greedy, "a");
        Ask(memory, SamplingOptions.Greedy with { MaxNewTokens = 3 }, "a");
        Ask(memory, SamplingOptions.Greedy with { StopStrings = ["."] }, "a");
        Ask(memory, SamplingOptions.Greedy with { FrequencyPenalty = 1 }, "a");

        Assert.Equal([1, 1, 1, 1], _player.BatchSizes);
    }

    [Fact]
    public void Generate_AnotherSeed_AsksNothing()
    {
        var memory = new GreedyMemory(_player);

        Ask(memory, SamplingOptions.Greedy, "a");
        Ask(memory, SamplingOptions.Greedy with { Seed = 3 }, "a");

        Assert.Equal([1], _player.BatchSizes);
    }

    [Fact]
    public void Generate_Sampled_AsksEveryTime()
    {
        var memory = new GreedyMemory(_player);

        Ask(memory, new SamplingOptions { Temperature = 1 }, "a", "a");
        Ask(memory, new SamplingOptions { Temperature = 1 }, "a");

        Assert.Equal([2, 1], _player.BatchSizes);
    }

    [Fact]
    public void Generate_FullMemory_StillAnswers()
    {
        var memory = new GreedyMemory(_player, capacity: 2);

        Assert.Equal(["a!", "b!"], Ask(memory, SamplingOptions.Greedy, "a", "b"));
        Assert.Equal(["c!", "a!", "d!"], Ask(memory, SamplingOptions.Greedy, "c", "a", "d"));
    }

    [Fact]
    public void Generate_BatchedBySize_KeepsTheOrder()
    {
        var batched = new BatchedGenerator(_player, 2);

        Assert.Equal(["a!", "b!", "c!", "d!", "e!"], Ask(batched, SamplingOptions.Greedy, "a", "b", "c", "d", "e"));
        Assert.Equal([2, 2, 1], _player.BatchSizes);
    }

    private static IEnumerable<string> Ask(ITextGenerator generator, SamplingOptions options, params string[] prompts) =>
        generator.Generate([.. prompts.Select(text => new Prompt(text))], options, CancellationToken.None).Select(completion => completion.Text);
}
