namespace Thaw.Learning.Grpo;

/// <summary>What a round was like, under TRL's names. Meanings: docs/grpo.md.</summary>
internal static class RoundMetrics
{
    public static IEnumerable<KeyValuePair<string, double>> Of(RolloutRound round, IReadOnlyList<string> rewardNames)
    {
        var rollouts = round.Rollouts;
        var turns = rollouts.SelectMany(r => r.Turns).ToList();
        double[] ended = [.. turns.Where(turn => !turn.IsTruncated).Select(turn => (double)turn.Completion.Length)];
        var groups = rollouts.Select(r => r.Return).Chunk(round.Options.NumGenerations).ToList();
        foreach (var (name, value) in Lengths("length", [.. turns.Select(turn => (double)turn.Completion.Length)]).Concat(Lengths("terminated_length", ended)))
        {
            yield return new($"completions/{name}", value);
        }

        yield return new("completions/clipped_ratio", turns.Average(turn => turn.IsTruncated ? 1.0 : 0.0));
        for (var i = 0; i < rewardNames.Count; i++)
        {
            double[] values = [.. rollouts.Select(r => r.Rewards[i])];
            yield return new($"rewards/{rewardNames[i]}/mean", values.Average());
            yield return new($"rewards/{rewardNames[i]}/std", GroupAdvantages.Deviation(values));
        }

        yield return new("reward", rollouts.Average(r => r.Reward));
        yield return new("reward_std", round.Options.ScaleRewards == RewardScaling.Batch ? GroupAdvantages.Deviation([.. rollouts.Select(r => r.Return)]) : groups.Average(GroupAdvantages.Deviation));
        yield return new("frac_reward_zero_std", groups.Average(group => GroupAdvantages.HasNoSpread(group) ? 1.0 : 0.0));
        if (round.Options.UseKlInReward)
        {
            yield return new("reward_kl_penalty", rollouts.Average(r => r.Penalty));
        }

        if (round.Options.Rollout == RolloutKind.Episode)
        {
            yield return new("episodes/mean_turns", rollouts.Average(r => (double)r.Turns.Count));
        }
    }

    /// <summary>Tokens of prompts and completions of a round.</summary>
    public static long Tokens(RolloutRound round) => round.Rollouts.Sum(r => r.Turns.Sum(turn => (long)turn.Prompt.Length + turn.Completion.Length));

    // As in TRL, 0 where no completion has ended.
    private static IEnumerable<(string Name, double Value)> Lengths(string kind, double[] lengths) =>
    [
        ($"mean_{kind}", lengths.DefaultIfEmpty().Average()),
        ($"min_{kind}", lengths.DefaultIfEmpty().Min()),
        ($"max_{kind}", lengths.DefaultIfEmpty().Max()),
    ];
}
