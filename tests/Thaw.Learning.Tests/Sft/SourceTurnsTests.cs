using Thaw.Core.Randomness;
using Thaw.Learning.Sft;

namespace Thaw.Learning.Tests.Sft;

public class SourceTurnsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(40)]
    public void At_AnyWeights_KeepsEverySourceWithinOneRowOfItsShareAtEveryPlace(int sources)
    {
        var random = SplitMix64.For(1, $"turns/{sources}");
        double[] weights = [.. Enumerable.Range(0, sources).Select(_ => Math.Exp(6 * random.NextDouble()))];
        var (turns, given) = (new SourceTurns(weights), new long[sources]);

        // Tijdeman's bound; 1e-9 is what 4,000 sums of doubles can lose.
        var bound = 1 - (1.0 / ((2 * sources) - 2)) + 1e-9;
        for (var place = 0L; place < 4000; place++)
        {
            var (source, before) = turns.At(place);
            Assert.Equal(given[source]++, before);
            Assert.All(given.Zip(weights), pair => Assert.InRange(pair.First - (pair.Second / weights.Sum() * (place + 1)), -bound, bound));
        }
    }

    [Fact]
    public void At_AskedInAnyOrder_GivesTheSame()
    {
        double[] weights = [3, 1, 2];
        var forward = new SourceTurns(weights);
        var inOrder = Enumerable.Range(0, 50).Select(place => forward.At(place)).ToList();

        Assert.Equal(inOrder[40], new SourceTurns(weights).At(40));
        Assert.Equal(inOrder[7], forward.At(7));
        Assert.Equal(inOrder[8], forward.At(8));
        Assert.Equal([20L, 7, 13], forward.Before(40));
    }

    [Fact]
    public void At_WeightsAreNumbersOfRows_GivesEveryRowOnceInAnEpoch()
    {
        var turns = new SourceTurns([17, 5, 101]);

        Assert.Equal([17L, 5, 101], turns.Before(123));
        Assert.Equal([170L, 50, 1010], turns.Before(1230));
    }

    [Fact]
    public void At_OneSource_HasEveryPlace() => Assert.Equal((0, 12L), new SourceTurns([0.5]).At(12));
}
