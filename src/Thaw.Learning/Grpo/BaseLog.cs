using Thaw.Learning.Models;
using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>What the starting weights say about sampled completions, for a penalty in the reward.</summary>
/// <remarks>
/// verl's <c>use_kl_in_reward</c> with its estimator <c>kl</c>: log π(y) − log π_base(y) of each token, whose sum over a completion times
/// <c>kl_coef</c> is taken off its reward before advantages are made (apply_kl_penalty in verl/trainer/ppo/ray_trainer.py).
/// </remarks>
internal sealed class BaseLog(Decoder @base, GrpoOptions options)
{
    private readonly FrozenLogs _logs = new(@base, options.RowsAtOnce, options.Temperature);

    public IReadOnlyList<Rollout> Penalize(IReadOnlyList<Rollout> rollouts)
    {
        using var sums = Sums([.. rollouts.SelectMany(rollout => rollout.Turns)]).GetEnumerator();
        return [.. rollouts.Select(rollout => rollout with { Penalty = options.KlCoef * rollout.Turns.Sum(turn => turn.Log.Sum(log => (double)log) - Next()) })];

        double Next() => sums.MoveNext() ? sums.Current : throw new InvalidOperationException("A completion was not read.");
    }

    /// <returns>For each turn the sum of log π_base over its completion.</returns>
    internal IEnumerable<double> Sums(IReadOnlyList<RolloutTurn> turns) =>
        _logs.Of([.. turns.Select(turn => TrainingExample.FromPromptAndCompletion(turn.Prompt, turn.Completion))]).Select(logs => logs.Sum(log => (double)log));
}
