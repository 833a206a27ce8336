using Thaw.Learning.Models;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Grpo;

/// <summary>What the starting weights say about sampled completions, for a penalty in the reward.</summary>
/// <remarks>
/// verl's <c>use_kl_in_reward</c> with its estimator <c>kl</c>: log π(y) − log π_base(y) of each token, whose sum over a completion times
/// <c>kl_coef</c> is taken off its reward before advantages are made (apply_kl_penalty in verl/trainer/ppo/ray_trainer.py).
/// </remarks>
internal sealed class BaseLog(Decoder @base, GrpoOptions options)
{
    public IReadOnlyList<Rollout> Penalize(IReadOnlyList<Rollout> rollouts)
    {
        var logs = rollouts.SelectMany(rollout => rollout.Turns).Chunk(options.RowsAtOnce).SelectMany(Sums).GetEnumerator();
        return [.. rollouts.Select(rollout => rollout with { Penalty = options.KlCoef * rollout.Turns.Sum(turn => turn.Log.Sum(log => (double)log) - Next()) })];

        double Next() => logs.MoveNext() ? logs.Current : throw new InvalidOperationException("A completion was not read.");
    }

    /// <returns>For each turn the sum of log π_base over its completion.</returns>
    internal double[] Sums(IReadOnlyList<RolloutTurn> turns)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var batch = TokenBatch.Of([.. turns.Select(turn => TrainingExample.FromPromptAndCompletion(turn.Prompt, turn.Completion))]);
        var logits = @base.Project(SupervisedTrainer.ScoredHidden(@base, batch)) * (1 / options.Temperature);
        var targets = Tensor.FromSpan(batch.Targets, batch.Targets.Length, 1).To(@base.Device, DType.Int64);
        var logs = logits.LogSoftmax(-1).Gather(-1, targets).Reshape(-1).ToDoubles();
        var sums = new double[turns.Count];
        for (var i = 0; i < logs.Length; i++)
        {
            sums[batch.Sequences[i]] += logs[i];
        }

        return sums;
    }
}
