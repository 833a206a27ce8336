using Thaw.Core.Generation;
using Thaw.Learning.Generation;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Generation;

public sealed class TokenChooserTests
{
    private static readonly float[] s_logits = [1f, 3f, 2.5f, -1f, 2.9f];

    [Fact]
    public void Next_LogProbabilities_AreLibtorchsOfTheRawLogits()
    {
        var logits = RandomNumbers.Normal("logits", 1000);
        using var scope = new TensorScope();
        var expected = Tensor.FromSpan(logits, 1000).Cast(DType.Float64).LogSoftmax(-1).ToDoubles();
        var row = Row(new SamplingOptions { Temperature = 0.3, TopK = 4, FrequencyPenalty = 2, LogitBias = new Dictionary<int, double> { [7] = 50 } }, 5);

        var token = new TokenChooser(1000).Next(row, logits);

        // Exponentials of float32, summed in double precision.
        Assert.Equal(7, token.Id);
        Assert.Equal(expected[7], token.LogProbability, 1e-5);
        Assert.Equal(Enumerable.Range(0, 1000).OrderByDescending(id => expected[id]).Take(5), token.Top.Select(top => top.Id));
        Assert.All(token.Top, top => Assert.Equal(expected[top.Id], top.LogProbability, 1e-5));
    }

    [Fact]
    public void Next_NoneAskedFor_GivesNone()
    {
        var token = new TokenChooser(5).Next(Row(SamplingOptions.Greedy, null), s_logits);

        Assert.True(float.IsNaN(token.LogProbability));
        Assert.Empty(token.Top);
    }

    // Logits 3, 2.9, 2.5 of the tokens 1, 4, 2; token 0 is the prompt.
    public static TheoryData<SamplingOptions, int[]> Penalties => new()
    {
        { SamplingOptions.Greedy, [1, 1, 1, 1] },
        { new SamplingOptions { PresencePenalty = 0.2 }, [1, 4, 1, 1] },
        { new SamplingOptions { FrequencyPenalty = 0.2 }, [1, 4, 1, 4] },
        { new SamplingOptions { RepetitionPenalty = 1.1 }, [1, 4, 1, 1] },
        { new SamplingOptions { LogitBias = new Dictionary<int, double> { [1] = -100, [3] = 3.85 } }, [4, 4, 4, 4] },
        { new SamplingOptions { LogitBias = new Dictionary<int, double> { [3] = 4.1 }, RepetitionPenalty = 1.3 }, [3, 1, 4, 2] },
    };

    [Theory]
    [MemberData(nameof(Penalties))]
    public void Next_WithPenalties_TakesThemOffWhatWasWritten(SamplingOptions options, int[] expected)
    {
        var row = Row(options, null);
        var chooser = new TokenChooser(5);
        foreach (var id in expected)
        {
            row.Append(chooser.Next(row, s_logits));
            Assert.Equal(id, row.Tokens[^1].Id);
        }

        // The logits stand for other rows, too.
        Assert.Equal([1f, 3f, 2.5f, -1f, 2.9f], s_logits);
    }

    [Fact]
    public void Next_RepetitionPenalty_HoldsForThePromptAndRaisesNoNegativeLogit()
    {
        float[] logits = [-1f, -1.05f, -3f, -3f, -3f];

        Assert.Equal(1, new TokenChooser(5).Next(Row(new SamplingOptions { RepetitionPenalty = 1.1 }, null), logits).Id);
    }

    [Fact]
    public void Next_WithProcessors_AppliesThemInOrderToItsOwnCopy()
    {
        var request = new GenerationRequest([0], SamplingOptions.Greedy) { Processors = [new Forbids(1), new Forbids(4)], LogProbabilities = true };
        var row = new GenerationRow(request, TinyModels.SokobanTokenizer, []);

        var token = new TokenChooser(5).Next(row, s_logits);

        Assert.Equal(2, token.Id);
        Assert.Equal(2.5 - Math.Log(s_logits.Sum(logit => Math.Exp(logit))), token.LogProbability, 1e-6);
    }

    [Fact]
    public void Choose_MinP_KeepsWhatIsProbableEnough()
    {
        var random = new Thaw.Core.Randomness.SplitMix64(3);
        var drawn = Enumerable.Range(0, 500).Select(_ => TokenSampler.Choose(s_logits, new SamplingOptions { Temperature = 1, MinP = 0.7 }, random)).ToHashSet();

        // e^-0.5 = 0.61 of the greatest, e^-0.1 = 0.90.
        Assert.Equal([1, 4], drawn.Order());
    }

    [Fact]
    public void Greatest_AnyLength_IsTheFirstOfTheGreatest()
    {
        for (var length = 1; length < 70; length++)
        {
            var values = RandomNumbers.Normal($"values {length}", length);
            Assert.Equal(Array.IndexOf(values, values.Max()), Logits.Greatest(values));
            values[length / 2] = values[^1] = 9;
            Assert.Equal(length / 2, Logits.Greatest(values));
        }

        Assert.Equal(1, Logits.Greatest([-1f, -0f, 0f]));
        Assert.Equal(2, Logits.Greatest([float.NaN, -5f, 4f]));
        Assert.Equal(0, Logits.Greatest([.. Enumerable.Repeat(float.NegativeInfinity, 20)]));
    }

    private static GenerationRow Row(SamplingOptions options, int? tops) => new(
        new GenerationRequest([0], options) { LogProbabilities = tops is not null, TopLogProbabilities = tops ?? 0 }, TinyModels.SokobanTokenizer, []);

    private sealed class Forbids(int id) : ILogitProcessor
    {
        public void Apply(ReadOnlySpan<int> prompt, ReadOnlySpan<int> completion, Span<float> logits) => logits[id] = float.NegativeInfinity;
    }
}
