using Thaw.Core.Generation;
using Thaw.Core.Randomness;
using Thaw.Learning.Generation;

namespace Thaw.Learning.Tests.Generation;

public sealed class TokenSamplerTests
{
    private const int Draws = 4000;

    // ln of 8, 4, 2, 1, 1 sixteenths: not in order, so that an index mistaken for an id shows.
    private static readonly float[] s_logits = [.. new[] { 1.0, 8.0, 2.0, 4.0, 1.0 }.Select(weight => (float)Math.Log(weight / 16.0))];

    [Fact]
    public void Choose_TemperatureZero_TakesTheLowestIdAmongTheGreatest()
    {
        Assert.Equal(1, TokenSampler.Choose([0f, 3f, 3f, 1f], SamplingOptions.Greedy, new SplitMix64(1)));
    }

    [Fact]
    public void Choose_AllTokens_FollowsTheirProbabilities() => AssertShares(new SamplingOptions { Temperature = 1 }, 1 / 16.0, 8 / 16.0, 2 / 16.0, 4 / 16.0, 1 / 16.0);

    [Fact]
    public void Choose_TemperatureOneHalf_SquaresTheProbabilities() =>
        AssertShares(new SamplingOptions { Temperature = 0.5 }, 1 / 86.0, 64 / 86.0, 4 / 86.0, 16 / 86.0, 1 / 86.0);

    [Theory]
    [InlineData(1e-40)]
    [InlineData(double.Epsilon)]
    public void Choose_TemperatureOfAlmostNothing_DrawsAmongTheGreatest(double temperature)
    {
        var random = new SplitMix64(1);
        float[] tied = [1f, 3f, 3f, 0f];
        Assert.Equal([1, 2], Enumerable.Range(0, 40).Select(_ => TokenSampler.Choose(tied, new SamplingOptions { Temperature = temperature }, random)).Distinct().Order());
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(1, TokenSampler.Choose(s_logits, new SamplingOptions { Temperature = temperature, TopP = 0.9, TopK = 3, MinP = 0.1 }, random)));
    }

    [Fact]
    public void Choose_TopTwo_DrawsFromTheTwoMostProbable() => AssertShares(new SamplingOptions { Temperature = 1, TopK = 2 }, 0, 2 / 3.0, 0, 1 / 3.0, 0);

    [Fact]
    public void Choose_TopFourOfFiveWithATie_KeepsTheLowerId() =>
        AssertShares(new SamplingOptions { Temperature = 1, TopK = 4 }, 1 / 15.0, 8 / 15.0, 2 / 15.0, 4 / 15.0, 0);

    [Fact]
    public void Choose_TopKAboveTheVocabulary_KeepsAll() =>
        AssertShares(new SamplingOptions { Temperature = 1, TopK = 99 }, 1 / 16.0, 8 / 16.0, 2 / 16.0, 4 / 16.0, 1 / 16.0);

    [Theory]
    [InlineData(1e-9)] // Less than the most probable token has: it stays.
    [InlineData(0.49)]
    public void Choose_TopPBelowTheFirstToken_KeepsOne(double topP) => AssertShares(new SamplingOptions { Temperature = 1, TopP = topP }, 0, 1, 0, 0, 0);

    [Fact]
    public void Choose_TopPBetweenTwoSums_KeepsTheTokenThatReachesIt() =>
        AssertShares(new SamplingOptions { Temperature = 1, TopP = 0.76 }, 0, 8 / 14.0, 2 / 14.0, 4 / 14.0, 0);

    [Fact]
    public void Choose_TopKAndTopP_TakesTheMassOfTheTopK() =>

        // Of the top two, 2/3 and 1/3, the first alone has 0.66.
        AssertShares(new SamplingOptions { Temperature = 1, TopK = 2, TopP = 0.66 }, 0, 1, 0, 0, 0);

    [Fact]
    public void Choose_LogitsFarApart_StaysFinite() =>
        Assert.Equal(2, TokenSampler.Choose([-1e30f, 0f, 1e30f], new SamplingOptions { Temperature = 0.01, TopP = 0.9 }, new SplitMix64(1)));

    [Fact]
    public void Choose_TokensThatAreForbidden_NeverComeUp()
    {
        var random = new SplitMix64(1);
        for (var draw = 0; draw < 100; draw++)
        {
            Assert.Equal(1, TokenSampler.Choose([float.NegativeInfinity, 0f, float.NegativeInfinity], new SamplingOptions { Temperature = 1 }, random));
        }
    }

    // Four standard errors of a share at most: 4 √(1/4 / 4000) = 0.032. The draws are the same on every machine.
    private static void AssertShares(SamplingOptions options, params double[] shares)
    {
        var random = new SplitMix64(7);
        var counts = new int[s_logits.Length];
        for (var draw = 0; draw < Draws; draw++)
        {
            counts[TokenSampler.Choose(s_logits, options, random)]++;
        }

        for (var id = 0; id < counts.Length; id++)
        {
            Assert.Equal(shares[id], (double)counts[id] / Draws, shares[id] is 0 or 1 ? 0 : 0.032);
        }
    }
}
