using Thaw.Core.Statistics;

namespace Thaw.Core.Tests.Statistics;

public sealed class ClusteredRatioTests
{
    [Fact]
    public void Of_ClustersOfOne_IsTheUsualMeanAndItsError()
    {
        double[] values = [1, 2, 4, 9];
        var ratio = ClusteredRatio.Of([.. values.Select(value => (value, 1.0))]);

        // Deviations from the mean 4: 9 + 4 + 0 + 25 = 38; 38 / 3 / 4.
        Assert.Equal(4, ratio.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(38 / 3.0 / 4), ratio.StandardError, 1e-12);
    }

    [Fact]
    public void Of_ClustersOfOtherSizes_WeighsTheirParts()
    {
        // 6 / 4 = 1.5; (2 − 1.5)² + (4 − 4.5)² = 0.5; √(2 · 0.5) / 4.
        var ratio = ClusteredRatio.Of([(2, 1), (4, 3)]);

        Assert.Equal((1.5, 0.25), (ratio.Mean, ratio.StandardError));
    }

    [Fact]
    public void Of_OneClusterOrNone_HasNoErrorOrIsRefused()
    {
        Assert.Equal(0, ClusteredRatio.Of([(3, 2)]).StandardError);
        Assert.Throws<ArgumentException>(() => ClusteredRatio.Of([]));
    }
}
