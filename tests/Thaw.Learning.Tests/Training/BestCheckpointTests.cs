using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Training;

public sealed class BestCheckpointTests
{
    private static readonly BestCheckpoint s_mean = new(null, null, LoadsAtEnd: true, Patience: 2, Threshold: 0);

    [Fact]
    public void Judge_ASeriesOfEvaluations_KeepsTheFirstBestAndCountsSinceTheLastGain()
    {
        var state = new TrainingState(0);
        var (seen, counts, exhausted) = (new List<(double?, int?)>(), new List<int>(), new List<bool>());
        foreach (var value in new[] { 0.9, 0.2, 0.4, 0.4, 0.3, 0.5 })
        {
            (state, _) = s_mean.Judge(state, new Dictionary<string, double> { ["eval/mean/success"] = value });
            seen.Add((state.BestMetric, state.BestStep));
            counts.Add(state.EvaluationsWithoutGain);
            exhausted.Add(s_mean.IsExhausted(state));
            state = state with { Step = state.Step + 10 };
        }

        // The one before the first step does not count; an equal one is no gain.
        Assert.Equal([(null, null), (0.2, 10), (0.4, 20), (0.4, 20), (0.4, 20), (0.5, 50)], seen);
        Assert.Equal([0, 0, 0, 1, 2, 0], counts);
        Assert.Equal([false, false, false, false, true, false], exhausted);
    }

    [Theory]
    [InlineData("eval/id/loss", null, 0.5, 0.4, true)]
    [InlineData("id/loss", null, 0.5, 0.6, false)]
    [InlineData("id/loss", true, 0.5, 0.6, true)]
    [InlineData("eval/id/success", null, 0.5, 0.6, true)]
    [InlineData("eval/id/success", false, 0.5, 0.6, false)]
    public void Judge_OfANamedMetric_KnowsWhichWayIsBetter(string metric, bool? greater, double first, double second, bool isBest)
    {
        var best = new BestCheckpoint(metric, greater, true, 0, 0);
        var (state, _) = best.Judge(new TrainingState(1), Values(first));

        Assert.Equal(isBest, best.Judge(state with { Step = 2 }, Values(second)).IsBest);

        static Dictionary<string, double> Values(double value) => new() { ["eval/id/loss"] = value, ["eval/id/success"] = value };
    }

    [Fact]
    public void Judge_AGainBelowTheThreshold_IsTheBestButNoReasonForMorePatience()
    {
        var best = s_mean with { Threshold = 0.1 };
        var (state, _) = best.Judge(new TrainingState(1), new Dictionary<string, double> { ["eval/mean/accuracy"] = 0.5 });

        (state, var isBest) = best.Judge(state with { Step = 2 }, new Dictionary<string, double> { ["eval/mean/accuracy"] = 0.55 });

        Assert.True(isBest);
        Assert.Equal(1, state.EvaluationsWithoutGain);
    }

    [Fact]
    public void Judge_AMetricThatIsNotThere_SaysWhatThereIs()
    {
        var best = s_mean with { Metric = "eval/idd/success" };

        var error = Assert.Throws<ArgumentException>(() => best.Judge(new TrainingState(0), new Dictionary<string, double> { ["eval/id/success"] = 1 }));

        Assert.Equal("Key 'metric_for_best_model': the evaluation has no eval/idd/success; it has eval/id/success.", error.Message);
    }
}
