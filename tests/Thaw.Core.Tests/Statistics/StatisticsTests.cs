using Thaw.Core.Statistics;

namespace Thaw.Core.Tests.Statistics;

public class StatisticsTests
{
    [Theory]
    // p ± by hand: n = 10, z² = 3.8415; centre (p + 0.192073) / 1.384146, half 1.959964 √(p q / 10 + 0.0096036) / 1.384146.
    [InlineData(5, 10, 0.2366, 0.7634)]
    // At 0 of n the upper end is z² / (n + z²).
    [InlineData(0, 10, 0.0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1.0)]
    [InlineData(170, 200, 0.7939, 0.8929)]
    public void Wilson_KnownCounts_GivesTheHandComputedInterval(int successes, int trials, double low, double high)
    {
        var interval = WilsonInterval.Of(successes, trials);

        Assert.Equal(low, interval.Low, 5e-5);
        Assert.Equal(high, interval.High, 5e-5);
    }

    [Theory]
    [InlineData(0, 0, 1.0)]
    [InlineData(5, 5, 1.0)]
    // (1 + 6) / 2^6 each side.
    [InlineData(1, 5, 0.21875)]
    [InlineData(10, 0, 2.0 / 1024)]
    // 2 (1 + 12 + 66) / 4096.
    [InlineData(2, 10, 0.03857421875)]
    public void McNemar_SmallCounts_GivesTheBinomialTail(int onlyA, int onlyB, double expected)
    {
        Assert.Equal(expected, McNemar.Exact(onlyA, onlyB), 1e-12);
        Assert.Equal(McNemar.Exact(onlyA, onlyB), McNemar.Exact(onlyB, onlyA));
    }

    [Theory]
    [InlineData(3, -1, 2, 2)]
    [InlineData(1, 1, 1, -2, 0)]
    [InlineData(4, 4, 4, 1, 1, -3, 2)]
    [InlineData(2, -2)]
    [InlineData(0, 0)]
    [InlineData(5)]
    public void McNemar_Clusters_GiveTheShareOfSignsWithASumAsLarge(params int[] differences)
    {
        // Every choice of signs, one after the other.
        var sums = Enumerable.Range(0, 1 << differences.Length)
            .Select(signs => Math.Abs(differences.Select((difference, i) => (signs >> i & 1) == 0 ? difference : -difference).Sum()))
            .ToList();

        Assert.Equal((double)sums.Count(sum => sum >= Math.Abs(differences.Sum())) / sums.Count, McNemar.Exact(differences), 1e-12);
    }

    [Fact]
    public void McNemar_ClustersOfOne_AreTheTestOfPairs() =>
        Assert.Equal(McNemar.Exact(9, 3), McNemar.Exact([.. Enumerable.Repeat(1, 9), .. Enumerable.Repeat(-1, 3), 0, 0]));

    [Fact]
    public void McNemar_ThousandsOfPairs_DoesNotUnderflow()
    {
        // Normal approximation with continuity correction: (100 - 1) / √4000 = 1.565, p = 0.1175.
        Assert.Equal(0.1175, McNemar.Exact(1950, 2050), 2e-3);
    }

    [Fact]
    public void MeanDifference_ZerosAndOnes_HasTheWidthOfTheNormalInterval()
    {
        var differences = Enumerable.Range(0, 400).Select(i => i % 4 == 0 ? 1.0 : 0.0).ToArray();

        var interval = PairedBootstrap.MeanDifference(differences, seed: 1);

        // 0.25 ± 1.96 √(0.25 · 0.75 / 400) = 0.25 ± 0.0424; 10,000 resamples give an end to about 0.001.
        Assert.Equal(0.25, interval.Estimate, 1e-12);
        Assert.Equal(0.2076, interval.Low, 0.004);
        Assert.Equal(0.2924, interval.High, 0.004);
    }

    [Fact]
    public void MeanDifference_SameSeed_GivesTheSameInterval()
    {
        double[] differences = [1, 0, 0, -1, 1, 1, 0, 0, 1];

        Assert.Equal(PairedBootstrap.MeanDifference(differences, 5), PairedBootstrap.MeanDifference(differences, 5));
        Assert.NotEqual(PairedBootstrap.MeanDifference([.. differences.Select((d, i) => d + (i * 0.01))], 5), PairedBootstrap.MeanDifference([.. differences.Select((d, i) => d + (i * 0.01))], 6));
    }

    [Fact]
    public void Unpaired_PublishedExample_GivesTheDifferenceBack()
    {
        // 0.5 against 0.6 needs 388 a group: (1.96 √(2 · 0.55 · 0.45) + 0.8416 √(0.25 + 0.24))² / 0.01 = 387.4.
        Assert.Equal(0.1, SmallestDetectableEffect.Unpaired(387, 0.5)!.Value, 1e-3);
    }

    [Fact]
    public void Unpaired_HighBaseline_LooksDownwards() =>
        Assert.Equal(SmallestDetectableEffect.Unpaired(200, 0.1)!.Value, SmallestDetectableEffect.Unpaired(200, 0.9)!.Value, 1e-12);

    [Fact]
    public void Paired_KnownCase_GivesTheDifferenceBack()
    {
        // ψ = 0.2, δ = 0.1: (1.96 √0.2 + 0.8416 √0.19)² / 0.01 = (0.87652 + 0.36686)² / 0.01 = 154.6.
        Assert.Equal(0.1, SmallestDetectableEffect.Paired(155, 0.2)!.Value, 1e-3);
    }

    [Fact]
    public void Paired_TooFewPairs_IsNull()
    {
        Assert.Null(SmallestDetectableEffect.Paired(5, 0.5));
        Assert.Null(SmallestDetectableEffect.Paired(1000, 0));
    }
}
