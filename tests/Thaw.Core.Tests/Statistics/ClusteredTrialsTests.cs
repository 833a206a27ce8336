using Thaw.Core.Randomness;
using Thaw.Core.Statistics;

namespace Thaw.Core.Tests.Statistics;

public class ClusteredTrialsTests
{
    [Fact]
    public void EffectiveCount_ClustersOfOne_IsTheirNumberAndTheIntervalIsThePlainOne()
    {
        (int, int)[] clusters = [.. Enumerable.Repeat((1, 1), 17), .. Enumerable.Repeat((0, 1), 3)];

        Assert.Equal(20.0, ClusteredTrials.EffectiveCount(clusters));
        Assert.Equal(WilsonInterval.Of(17, 20), WilsonInterval.Of(clusters));
    }

    [Fact]
    public void EffectiveCount_ByHand_IsTheFormula()
    {
        // p = 6/12; Σ(y − p m)² = 1 + 1 + 4 + 4 = 10; deff = 4/3 · 10 / (12 · 1/4) = 40/9; t(3) by the expansion 3.1590 (tables: 3.1824).
        var effective = ClusteredTrials.EffectiveCount([(2, 2), (0, 2), (4, 4), (0, 4)]);

        Assert.Equal(12 / (40.0 / 9) * Math.Pow(1.959964 / 3.1590, 2), effective, 1e-3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void EffectiveCount_AllTrialsAlike_IsTheNumberOfClusters(int successes)
    {
        (int, int)[] clusters = [.. Enumerable.Repeat((successes, 4), 51)];
        var interval = WilsonInterval.Of(clusters);

        Assert.Equal(51.0, ClusteredTrials.EffectiveCount(clusters));
        Assert.Equal(successes == 0 ? (0.0, WilsonInterval.Of(0, 51).High) : (WilsonInterval.Of(51, 51).Low, 1.0), (interval.Low, interval.High));
    }

    [Fact]
    public void EffectiveCount_OneCluster_IsOne() => Assert.Equal(1.0, ClusteredTrials.EffectiveCount([(30, 100)]));

    [Fact]
    public void EffectiveCount_NoCluster_Throws() => Assert.Throws<ArgumentException>(() => ClusteredTrials.EffectiveCount([]));

    // 51 hands, 200 episodes, as points has them. Where all orders of a hand go alike the plain interval holds the truth in 69 of 100 cases.
    [Theory]
    [InlineData(0.05, 1.0)]
    [InlineData(0.5, 1.0)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.9, 0.5)]
    [InlineData(0.5, 0.0)]
    public void Wilson_ClusteredTrials_HoldsTheTrueRateInNineteenOfTwentySamples(double rate, double alikeShare)
    {
        const int Samples = 2000;
        var random = SplitMix64.For(1, $"coverage/{rate}/{alikeShare}");
        var (covered, plainlyCovered) = (0, 0);
        for (var sample = 0; sample < Samples; sample++)
        {
            var clusters = Enumerable.Range(0, 51).Select(k => Cluster(k < 47 ? 4 : 3)).ToList();
            covered += Holds(WilsonInterval.Of(clusters));
            plainlyCovered += Holds(WilsonInterval.Of(clusters.Sum(cluster => cluster.Successes), 200));
        }

        // Two and a half standard errors below 0.95 are 0.938; Wilson's own interval goes to 0.93 at its worst.
        Assert.InRange((double)covered / Samples, 0.93, 0.99);
        Assert.Equal(alikeShare == 0, (double)plainlyCovered / Samples > 0.92);

        int Holds(WilsonInterval interval) => interval.Low <= rate && rate <= interval.High ? 1 : 0;

        (int Successes, int Trials) Cluster(int trials)
        {
            var shared = random.NextBool(rate);
            return (Enumerable.Range(0, trials).Count(_ => random.NextBool(alikeShare) ? shared : random.NextBool(rate)), trials);
        }
    }

    [Fact]
    public void MeanDifference_WholeClusters_AreAsWideAsTheirNumberSays()
    {
        (double, int)[] clusters = [.. Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? 4.0 : 0.0, 4))];

        var interval = PairedBootstrap.MeanDifference(clusters, seed: 1);

        // 0.5 ± 1.96 √(1/4 / 50) = 0.5 ± 0.1386; single episodes would give 0.0693.
        Assert.Equal(0.5, interval.Estimate, 1e-12);
        Assert.Equal(0.3614, interval.Low, 0.012);
        Assert.Equal(0.6386, interval.High, 0.012);
    }
}
