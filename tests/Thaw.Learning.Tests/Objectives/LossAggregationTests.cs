using Thaw.Learning.Objectives;
using Thaw.Learning.Tests.Training;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Objectives;

public sealed class LossAggregationTests
{
    private static readonly TrainingExample[] s_rows = [TinyModels.Example("a", 5, 2), TinyModels.Example("b", 4, 6), TinyModels.Example("c", 6, 3)];

    [Theory]
    [InlineData(LossAggregation.TokenMean)]
    [InlineData(LossAggregation.SeqMeanTokenMean)]
    [InlineData(LossAggregation.SeqMeanTokenSum)]
    public void Step_AveragesAsItsModeSays_HoweverTheRowsAreCut(LossAggregation mode)
    {
        using var model = TinyModels.Fresh();
        var sums = s_rows.Select(row => Steps.Measure(model, [Steps.Plain(row)]).Loss * row.IsTarget.Count(t => t)).ToArray();
        var expected = mode switch
        {
            LossAggregation.TokenMean => sums.Sum() / 11,
            LossAggregation.SeqMeanTokenMean => ((sums[0] / 2) + (sums[1] / 6) + (sums[2] / 3)) / 3,
            _ => sums.Sum() / 3,
        };
        var plan = LossPlan.CrossEntropy with { Aggregation = mode };

        var apart = Steps.Measure(model, [.. s_rows.Select(Steps.Plain)], plan);
        var together = Steps.Measure(model, [TokenBatch.Of(s_rows)], plan);

        // Float32 sums in another order.
        Assert.Equal(expected, apart.Loss, 1e-5);
        Assert.Equal(expected, together.Loss, 1e-5);
        TensorAssert.Close(apart.Gradients, together.Gradients, 1e-5);
    }
}
