using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void At_DuringWarmup_RisesInEqualPartsToThePeak()
    {
        var schedule = new LearningRateSchedule(ScheduleKind.Cosine, 8.0, WarmupSteps: 4, TotalSteps: 20);

        Assert.Equal([2.0, 4.0, 6.0, 8.0, 8.0], Enumerable.Range(1, 5).Select(schedule.At));
    }

    [Theory]
    [InlineData(ScheduleKind.Cosine, 0.5 + (0.5 * 0.70710678118654752), 0.5)]
    [InlineData(ScheduleKind.Linear, 0.75, 0.5)]
    [InlineData(ScheduleKind.Constant, 1.0, 1.0)]
    [InlineData(ScheduleKind.ConstantWithWarmup, 1.0, 1.0)]
    public void At_AfterWarmup_FallsByItsKind(ScheduleKind kind, double quarter, double half)
    {
        var schedule = new LearningRateSchedule(kind, 1.0, WarmupSteps: 0, TotalSteps: 8);

        Assert.Equal(1.0, schedule.At(1), 1e-15);
        Assert.Equal(quarter, schedule.At(3), 1e-15);
        Assert.Equal(half, schedule.At(5), 1e-15);
    }

    [Fact]
    public void At_OneStepAfterTheLast_IsTheFloor()
    {
        var schedule = new LearningRateSchedule(ScheduleKind.Cosine, 2.0, WarmupSteps: 2, TotalSteps: 10, FloorShare: 0.1);

        Assert.Equal(0.2, schedule.At(11), 1e-15);
        Assert.Equal(0.2, schedule.At(12), 1e-15);
        Assert.InRange(schedule.At(10), 0.2, 0.4);
    }

    [Fact]
    public void At_WarmupStableDecay_FallsInItsLastStepsAlone()
    {
        var schedule = new LearningRateSchedule(ScheduleKind.Wsd, 1.0, WarmupSteps: 2, TotalSteps: 20, DecayShare: 0.2);

        Assert.Equal(0.5, schedule.At(1));
        Assert.All(Enumerable.Range(2, 16), step => Assert.Equal(1.0, schedule.At(step)));
        Assert.All(Enumerable.Range(18, 4), step => Assert.Equal((21 - step) * 0.25, schedule.At(step), 1e-12));
    }

    [Fact]
    public void At_WarmupOnly_StaysFinite()
    {
        var schedule = new LearningRateSchedule(ScheduleKind.Linear, 1.0, WarmupSteps: 3, TotalSteps: 3);

        Assert.Equal(1.0, schedule.At(3));
        Assert.True(double.IsFinite(schedule.At(4)));
    }

    [Theory]
    [InlineData(null, 20)]
    [InlineData(7, 7)]
    [InlineData(0, 0)]
    public void Schedule_OfOptions_TakesStepsBeforeTheRatio(int? steps, int expected)
    {
        var options = new SftOptions { MaxSteps = 100, WarmupRatio = 0.2, WarmupSteps = steps, LrSchedulerType = ScheduleKind.ConstantWithWarmup, LearningRate = 1 };

        Assert.Equal(expected, options.Schedule().WarmupSteps);
        Assert.Equal(expected > 0 ? 1.0 / expected : 1.0, options.Schedule().At(1), 1e-15);
    }
}
