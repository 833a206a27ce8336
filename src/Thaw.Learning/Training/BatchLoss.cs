using Thaw.Learning.Models;
using Thaw.Learning.Objectives;
using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>What a batch adds to the sums of its step.</summary>
/// <param name="Loss">Weighted by the aggregation, so that the batches of a step add up to its loss.</param>
/// <param name="CrossEntropy">Sum over the scored tokens of −log π(y), nats.</param>
/// <param name="Right">Scored tokens that are the most probable token.</param>
/// <param name="OldGap">The greatest |log π(y) − log π_old(y)| of a sampled token; 0 for demonstrations.</param>
/// <param name="Policy">What the objective says of sampled tokens.</param>
internal readonly record struct BatchSums(double Loss, double CrossEntropy, double Right, double OldGap, PolicyMeasures Policy)
{
    public static BatchSums None { get; } = new(0, 0, 0, 0, PolicyMeasures.None);

    /// <summary>Sum over the scored tokens of the entropy of π, nats; 0 where it is not asked for.</summary>
    public double Entropy { get; init; }

    public static BatchSums operator +(BatchSums a, BatchSums b) =>
        new(a.Loss + b.Loss, a.CrossEntropy + b.CrossEntropy, a.Right + b.Right, Math.Max(a.OldGap, b.OldGap), a.Policy + b.Policy) { Entropy = a.Entropy + b.Entropy };
}

/// <summary>Loss and gradients of the batches of one step.</summary>
/// <remarks>
/// Logits are as wide as the vocabulary, so they exist for some scored places at a time. With more than one such part the hidden
/// states' gradient is gathered first and sent through the model once.
/// </remarks>
/// <param name="mostLogits">Logits that exist at once, unless one sequence has more; the default is 64 MiB in float32, and a few times that with what an objective makes of them.</param>
internal sealed class BatchLoss(LossPlan plan, StepTotals totals, long mostLogits = 1L << 24)
{
    /// <summary>Whether the entropy and the policy's measures are asked for, which take another pass over the logits and wait for the device.</summary>
    public bool Measures { get; init; }

    /// <summary>Noise on the embeddings of this step; null for none. The reference has none.</summary>
    public EmbeddingNoise? Noise { get; init; }

    /// <summary>Adds to the gradients of <paramref name="model"/>.</summary>
    public BatchSums Accumulate(Decoder model, TokenBatch batch)
    {
        using var scope = new TensorScope();
        var sequences = batch.Sequences;
        double[] weights = [.. totals.Weights(plan.Aggregation, sequences, sequences.CountBy(sequence => sequence).ToDictionary())
            .Select((w, place) => w * plan.Scale * (batch.Sampled?.Weights[place] ?? 1))];
        var hiddenND = SupervisedTrainer.ScoredHidden(model, batch, Noise);
        var referenceND = plan.Reference is { } reference ? Frozen(reference, batch) : null;
        var parts = Parts(batch.Sampled is null ? sequences : batch.Owners, (int)Math.Max(1, mostLogits / model.Config.VocabularySize));
        if (parts.Count == 1)
        {
            return Backward(hiddenND, parts[0]);
        }

        var leafND = hiddenND.Detach().RequireGrad();
        var sums = parts.Aggregate(BatchSums.None, (sum, part) => sum + Backward(leafND, part));
        (hiddenND * leafND.GradientOrNull()!).Sum().Backward();
        leafND.ClearGradient();
        return sums;

        BatchSums Backward(Tensor allND, Range part)
        {
            using var partScope = new TensorScope();
            var (start, count) = part.GetOffsetAndLength(sequences.Length);
            var targets = Tensor.FromSpan(batch.Targets.AsSpan(part), count).To(model.Device, DType.Int64);
            var logits = Tempered(model.Project(Slice(allND)));
            var tokens = new ScoredTokens(logits, targets, referenceND is null ? null : Tempered(WithoutGradient(Slice(referenceND))), sequences[part])
            {
                Rollout = batch.Sampled is { } sampled
                    ? new RolloutTokens(Vector(sampled.Advantages.AsSpan(part)), Tensor.FromSpan(sampled.OldLog.AsSpan(part), count).To(model.Device, DType.Float32))
                    : null,
            };
            var weightsN = Vector(weights.AsSpan(part));
            var loss = (plan.Objective.TokenLosses(tokens) * weightsN).Sum();
            loss.Backward();
            var gap = tokens.Rollout is { } rollout ? (tokens.LogN.Detach() - rollout.OldLogN).Abs().Max(0).Item() : 0;
            var policy = !Measures || tokens.Rollout is null ? PolicyMeasures.None : plan.Objective.Measure(tokens);
            return new BatchSums(loss.Item(), -tokens.LogN.Sum().Item(), SupervisedTrainer.CountRight(logits, targets), gap, policy)
            {
                Entropy = Measures ? -(tokens.LogNV.Detach().Exp() * tokens.LogNV.Detach()).Sum().Item() : 0,
            };

            Tensor Vector(ReadOnlySpan<double> values) => Tensor.FromSpan(values, values.Length).To(model.Device, DType.Float32);

            Tensor Tempered(Tensor xNV) => plan.Temperature == 1 ? xNV : xNV * (1 / plan.Temperature);

            Tensor Slice(Tensor xND) => count == sequences.Length ? xND : xND.Narrow(0, start, count);
        }
    }

    private Tensor WithoutGradient(Tensor referenceND)
    {
        using var noGrad = new NoGradScope();
        return plan.Reference!.Project(referenceND);
    }

    private static Tensor Frozen(Decoder reference, TokenBatch batch)
    {
        using var noGrad = new NoGradScope();
        return SupervisedTrainer.ScoredHidden(reference, batch);
    }

    // Whole sequences, as an objective may weigh a sequence as one, and of sampled ones whole examples, as it may compare the branches of
    // one; as many as fit, and at least one.
    private static List<Range> Parts(int[] owners, int most)
    {
        var parts = new List<Range>();
        var (start, end) = (0, 0);
        for (var next = 1; next <= owners.Length; next++)
        {
            if (next < owners.Length && owners[next] == owners[next - 1])
            {
                continue;
            }

            if (next - start > most && end > start)
            {
                parts.Add(start..end);
                start = end;
            }

            end = next;
        }

        parts.Add(start..owners.Length);
        return parts;
    }
}
