using Thaw.Learning.Objectives;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Training;

public sealed class BatchLossTests
{
    private static readonly TrainingExample[] s_rows = [TinyModels.Example("a", 5, 2), TinyModels.Example("b", 4, 6), TinyModels.Example("c", 6, 3)];
    private static readonly StepTotals s_totals = new(11, 3);

    // Parts hold whole sequences: 1 logit at once means one sequence a part, 7 tokens' worth two.
    [Theory]
    [InlineData(1)]
    [InlineData(8 * TinyModels.Vocabulary)]
    public void Accumulate_InParts_IsAccumulateAtOnce(long mostLogits)
    {
        using var model = TinyModels.Fresh(seed: 1);
        using var reference = TinyModels.Fresh(seed: 2);
        var plan = new LossPlan(
            new WeightedSum(new ImportanceWeighted(), (0.1, new KlToReference(KlDirection.Reverse))), LossAggregation.SeqMeanTokenMean)
        {
            Reference = reference,
        };

        var (whole, gradients) = Run(new BatchLoss(plan, s_totals));
        var (inParts, partGradients) = Run(new BatchLoss(plan, s_totals, mostLogits));

        // Float32 sums in another order.
        Assert.Equal(whole.Loss, inParts.Loss, 1e-5);
        Assert.Equal(whole.CrossEntropy, inParts.CrossEntropy, 1e-4);
        Assert.Equal(whole.Right, inParts.Right);
        TensorAssert.Close(gradients, partGradients, 1e-5);

        (BatchSums Sums, Dictionary<string, double[]> Gradients) Run(BatchLoss loss)
        {
            foreach (var parameter in model.Parameters)
            {
                parameter.Value.ClearGradient();
            }

            return (loss.Accumulate(model, TokenBatch.Of(s_rows)), TensorAssert.Gradients(model));
        }
    }

    [Fact]
    public void Accumulate_InParts_LeavesNoTensors()
    {
        using var model = TinyModels.Fresh();
        var loss = new BatchLoss(LossPlan.CrossEntropy, s_totals, mostLogits: 1);
        loss.Accumulate(model, TokenBatch.Of(s_rows));

        LiveTensors.AreNotLeftBy(() => loss.Accumulate(model, TokenBatch.Of(s_rows)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1L << 24)]
    public void Accumulate_AskedForTheEntropy_GivesThatOfTheModelAtScoredPlaces(long mostLogits)
    {
        using var scope = new TensorScope();
        using var model = TinyModels.Fresh();
        var batch = TokenBatch.Of(s_rows);

        var sums = new BatchLoss(LossPlan.CrossEntropy, s_totals, mostLogits) { Measures = true }.Accumulate(model, batch);

        // In float64, token by token, from the logits. Eleven float32 sums of forty terms: about 1e-6 of each.
        var logits = model.Project(SupervisedTrainer.ScoredHidden(model, batch)).ToDoubles().Chunk(TinyModels.Vocabulary).ToList();
        Assert.Equal(11, logits.Count);
        var expected = logits.Sum(row =>
        {
            var (top, sum) = (row.Max(), row.Sum(x => Math.Exp(x - row.Max())));
            return row.Sum(x => -Math.Exp(x - top) / sum * (x - top - Math.Log(sum)));
        });
        Assert.Equal(expected, sums.Entropy, 1e-4);
        Assert.Equal(0, new BatchLoss(LossPlan.CrossEntropy, s_totals).Accumulate(model, batch).Entropy);
    }
}
