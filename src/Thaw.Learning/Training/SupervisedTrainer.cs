using Thaw.Learning.Distribution;
using Thaw.Learning.Models;
using Thaw.Learning.Objectives;
using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <param name="Loss">What was minimised; for cross-entropy under <see cref="LossAggregation.TokenMean"/> the same as <paramref name="CrossEntropy"/>.</param>
/// <param name="CrossEntropy">Mean negative log-likelihood, nats per target token.</param>
/// <param name="GradientNorm">Joint L2 norm before clipping.</param>
/// <param name="Accuracy">Share of target tokens that are the most probable token.</param>
/// <param name="OldGap">The greatest |log π(y) − log π_old(y)| of a sampled token: right after sampling, what sampler and trainer disagree by.</param>
public readonly record struct TrainingStep(
    int Number, double Loss, double CrossEntropy, double Accuracy, double GradientNorm, double LearningRate, int TargetTokens, double OldGap)
{
    /// <summary>What the objective says of sampled tokens, where it was asked for.</summary>
    public PolicyMeasures Policy { get; init; }

    /// <summary>Mean over the target tokens of the entropy of the model's distribution, nats; 0 where it was not asked for.</summary>
    public double Entropy { get; init; }
}

/// <summary>Next-token learning on target tokens: pretraining and supervised fine-tuning are the same step.</summary>
/// <param name="loss">Null is cross-entropy.</param>
/// <param name="ranks">Null is one process. Of several each steps on its own rows, and what comes out is that of all of them.</param>
public sealed class SupervisedTrainer(
    Decoder model, IOptimizer optimizer, LearningRateSchedule schedule, double maxGradientNorm, LossPlan? loss = null, Ranks? ranks = null) : IDisposable
{
    private readonly LossPlan _plan = loss ?? LossPlan.CrossEntropy;
    private readonly GradientWorkers _workers = new(model);
    private readonly Ranks _ranks = ranks ?? Ranks.Alone;

    /// <summary>Batches that are computed at the same time; a step with fewer leaves CPU threads idle.</summary>
    public int Workers => _workers.Count;

    /// <summary>Updates made so far.</summary>
    public int Steps => checked((int)optimizer.Steps);

    /// <summary>Cuts the rows of a step into batches of at most <paramref name="microBatchSize"/> rows, and so small that every worker gets one.</summary>
    /// <param name="layout">Null is <see cref="BatchLayout.Tree"/>.</param>
    public IReadOnlyList<TokenBatch> Cut(IReadOnlyList<TrainingExample> rows, int microBatchSize, BatchLayout? layout = null) =>
        MicroBatches.Of(rows, microBatchSize, layout, Workers);

    /// <summary>One optimizer update from the summed gradients of <paramref name="microBatches"/>.</summary>
    /// <remarks>
    /// The loss is averaged over the whole step, so splitting a batch into micro-batches changes memory use and nothing else. With
    /// several ranks the step is that of all of them; one that has no batch still calls.
    /// </remarks>
    /// <param name="measures">Whether to say <see cref="TrainingStep.Entropy"/> and <see cref="TrainingStep.Policy"/>, which costs a pass over the logits.</param>
    /// <exception cref="ArgumentException">No micro-batch of any rank has a target token.</exception>
    /// <exception cref="TrainingDivergedException">The loss or gradient norm is not finite; the weights are the last good ones.</exception>
    public TrainingStep Step(IReadOnlyList<TokenBatch> microBatches, bool measures = false)
    {
        var size = _ranks.Gather(StepSize.Of(microBatches)).Aggregate((a, b) => a + b);
        if (size.Tokens == 0)
        {
            throw new ArgumentException("A training step needs at least one target token.", nameof(microBatches));
        }

        if (_plan.RenewReferenceEvery > 0 && Steps % _plan.RenewReferenceEvery == 0)
        {
            _plan.Reference!.CopyWeightsFrom(model);
        }

        optimizer.ClearGradients();
        var number = Steps + 1;
        var batchLoss = new BatchLoss(_plan, new StepTotals(size.Tokens, size.Sequences))
        {
            Measures = measures,
            Noise = _plan.NeftuneAlpha > 0 ? new EmbeddingNoise(_plan.NeftuneAlpha, _plan.NeftuneSeed, number, size.LongestSequence) : null,
        };
        var own = _workers.Run(microBatches, Accumulate).Aggregate(BatchSums.None, (a, b) => a + b);
        var sums = _ranks.Gather(own).Aggregate((a, b) => a + b);
        _ranks.SumGradients(model.TrainedParameters, hasRows: microBatches.Count > 0);
        var loss = sums.Loss + (_plan.Anchor?.AddGradients() ?? 0);
        var gradientNorm = optimizer.ClipGradients(maxGradientNorm);
        TrainingDivergedException.ThrowIfNotFinite(number, loss, gradientNorm);
        var learningRate = schedule.At(number);
        optimizer.Update(learningRate);
        return new TrainingStep(
            number, loss, sums.CrossEntropy / size.Tokens, sums.Right / size.Tokens, gradientNorm, learningRate, checked((int)size.Tokens), sums.OldGap)
        {
            Policy = sums.Policy,
            Entropy = sums.Entropy / size.Tokens,
        };

        BatchSums Accumulate(Decoder worker, TokenBatch batch, int index)
        {
            worker.Adapter?.Dropout?.Begin(number, (index * _ranks.Count) + _ranks.Number);
            try
            {
                return batchLoss.Accumulate(worker, batch);
            }
            finally
            {
                worker.Adapter?.Dropout?.End();
            }
        }
    }

    public void Dispose() => _workers.Dispose();

    /// <summary>Share of the target tokens of some batches that are the most probable token.</summary>
    public static double Accuracy(Decoder model, IReadOnlyList<TokenBatch> batches)
    {
        using var noGrad = new NoGradScope();
        var right = 0.0;
        foreach (var batch in batches)
        {
            using var scope = new TensorScope();
            var targets = Tensor.FromSpan(batch.Targets, batch.Targets.Length).To(model.Device, DType.Int64);
            right += CountRight(model.Project(ScoredHidden(model, batch)), targets);
        }

        return right / batches.Sum(batch => batch.Targets.Length);
    }

    /// <summary>Hidden states [scored, D] of the places that predict a target.</summary>
    /// <param name="noise">Added to the embeddings; null for none.</param>
    internal static Tensor ScoredHidden(Decoder model, TokenBatch batch, EmbeddingNoise? noise = null)
    {
        using var scope = new TensorScope();
        var ids = Tensor.FromSpan(batch.Ids, batch.Rows, batch.Length).To(model.Device, DType.Int64);
        var tree = batch.Positions is { } positions ? TokenTree.Of(positions, batch.Rows, model.Device) : null;
        var (wanted, spots) = batch.ScoredByRow();
        var hiddenBWD = model.Forward(ids, tree: tree, wanted: wanted, embeddingNoise: noise?.Of(batch, model.Config.Width, model.Device));
        var spotsN = Tensor.FromSpan(spots, spots.Length).To(model.Device, DType.Int64);
        return scope.Keep(hiddenBWD.Reshape(wanted.Length, model.Config.Width).IndexSelect(0, spotsN));
    }

    internal static double CountRight(Tensor logits, Tensor targets)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var misses = (logits.ArgMax(-1) - targets).Abs().Greater(Tensor.Zeros([1], DType.Int64, logits.Device));
        return targets.ElementCount - misses.Cast(DType.Float32).Sum().Item();
    }
}

/// <summary>What the losses of a step are averaged over.</summary>
internal readonly record struct StepSize(long Tokens, long Sequences, int LongestSequence)
{
    public static StepSize Of(IReadOnlyList<TokenBatch> batches) => new(
        batches.Sum(batch => (long)batch.Targets.Length),
        batches.Sum(batch => (long)batch.SequenceCount),
        batches.Select(batch => batch.LongestSequence).DefaultIfEmpty(0).Max());

    public static StepSize operator +(StepSize a, StepSize b) => new(a.Tokens + b.Tokens, a.Sequences + b.Sequences, Math.Max(a.LongestSequence, b.LongestSequence));
}
