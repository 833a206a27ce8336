using Thaw.Learning.Grpo;

namespace Thaw.Learning.Tests.Grpo;

public sealed class GroupAdvantagesTests
{
    [Fact]
    public void Of_AGroup_IsTheDistanceFromItsMeanInUnbiasedDeviations()
    {
        // Mean 1/4, deviation √((9/16 + 3/16) / 3) = 1/2; the second group's mean is 1, its deviation √(8/3).
        var advantages = GroupAdvantages.Of([1, 0, 0, 0, -1, 1, 1, 3], 4);

        double[] expected = [1.5, -0.5, -0.5, -0.5, -2 / Math.Sqrt(8.0 / 3), 0, 0, 2 / Math.Sqrt(8.0 / 3)];

        // 1e-6 is added to each deviation.
        Assert.All(expected.Zip(advantages), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Theory]
    [InlineData(RewardScaling.Group)]
    [InlineData(RewardScaling.Batch)]
    [InlineData(RewardScaling.None)]
    public void Of_AnyRewards_AddUpToNothingInEachGroupAndVanishWithoutSpread(RewardScaling scaling)
    {
        var advantages = GroupAdvantages.Of([5, -3, 2, 0.1, 7, 7, 7, 7], 4, scaling);

        Assert.Equal(0, advantages[..4].Sum(), 1e-12);
        Assert.All(advantages[4..], advantage => Assert.Equal(0, advantage));
    }

    [Fact]
    public void Of_WithoutScaling_IsTheDistanceItself() =>
        Assert.Equal([0.75, -0.25, -0.25, -0.25], GroupAdvantages.Of([1, 0, 0, 0], 4, RewardScaling.None));

    [Theory]
    [InlineData(3, 2)]
    [InlineData(2, 1)]
    public void Of_NoWholeGroups_Throws(int rewards, int size) => Assert.Throws<ArgumentException>(() => GroupAdvantages.Of(new double[rewards], size));
}
