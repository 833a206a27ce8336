using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>One sampled completion, ready to learn from.</summary>
/// <param name="Rewards">Each before it is weighted.</param>
/// <param name="Reward">Their weighted sum.</param>
/// <param name="IsTruncated">It did not end by itself.</param>
internal sealed record Rollout(int[] Prompt, int[] Completion, float[] Log, double[] Rewards, double Reward, bool IsTruncated);

/// <summary>The completions of one round of sampling, group by group.</summary>
internal sealed record RolloutRound(int Number, IReadOnlyList<Rollout> Rollouts, GrpoOptions Options)
{
    /// <summary>The rows of one update.</summary>
    /// <param name="update">From 0, within the round.</param>
    public IReadOnlyList<TrainingExample> RowsOf(int update)
    {
        var advantages = GroupAdvantages.Of([.. Rollouts.Select(r => r.Reward)], Options.NumGenerations, Options.ScaleRewards);
        var part = update % Options.StepsPerGeneration;
        var all = Rollouts.Zip(advantages).Skip(part * Options.RowsPerUpdate).Take(Options.RowsPerUpdate).ToList();
        var kept = all.Chunk(Options.NumGenerations)
            .Where(group => !(Options is { DropZeroStdGroups: true, Beta: 0 } && GroupAdvantages.HasNoSpread([.. group.Select(r => r.First.Reward)])))
            .SelectMany(group => group)
            .Where(r => !(Options.MaskTruncatedCompletions && r.First.IsTruncated))
            .ToList();

        // A step needs rows; where nothing can be learnt from any, all advantages are 0 or masked and the update is the optimizer's alone.
        return [.. (kept.Count > 0 ? kept : all.ConvertAll(r => (r.First, 0.0))).Select(r => Row(r.Item1, r.Item2))];
    }

    /// <summary>What the round was like, under TRL's names.</summary>
    public IEnumerable<KeyValuePair<string, double>> Metrics(IReadOnlyList<string> rewardNames)
    {
        double[] lengths = [.. Rollouts.Select(r => (double)r.Completion.Length)];
        var groups = Rollouts.Select(r => r.Reward).Chunk(Options.NumGenerations).ToList();
        for (var i = 0; i < rewardNames.Count; i++)
        {
            yield return new($"rewards/{rewardNames[i]}/mean", Rollouts.Average(r => r.Rewards[i]));
        }

        yield return new("reward", Rollouts.Average(r => r.Reward));
        yield return new("reward_std", groups.Average(Deviation));
        yield return new("frac_reward_zero_std", groups.Average(group => GroupAdvantages.HasNoSpread(group) ? 1.0 : 0.0));
        yield return new("completions/mean_length", lengths.Average());
        yield return new("completions/max_length", lengths.Max());
        yield return new("completions/clipped_ratio", Rollouts.Average(r => r.IsTruncated ? 1.0 : 0.0));
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }

    private static TrainingExample Row(Rollout rollout, double advantage) =>
        TrainingExample.FromPromptAndCompletion(rollout.Prompt, rollout.Completion) with { Sampled = new SampledFacts(advantage, rollout.Log) };
}
