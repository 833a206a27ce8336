namespace Thaw.Learning.Grpo;

/// <summary>How much better each completion was than the others of its prompt.</summary>
public static class GroupAdvantages
{
    /// <summary>As verl and TRL add it to the deviation, so that a group without spread divides nothing by nothing.</summary>
    private const double Epsilon = 1e-6;

    /// <param name="rewards">Group by group, <paramref name="groupSize"/> completions of each prompt.</param>
    /// <returns>(r − mean) / (deviation + 1e-6) with the group's mean; they add up to 0 in a group and vanish where all rewards are equal.</returns>
    /// <exception cref="ArgumentException">The rewards do not fill whole groups of at least two.</exception>
    public static double[] Of(IReadOnlyList<double> rewards, int groupSize, RewardScaling scaling = RewardScaling.Group)
    {
        if (groupSize < 2 || rewards.Count % groupSize != 0)
        {
            throw new ArgumentException($"{rewards.Count} rewards are not groups of {groupSize} completions, at least two.", nameof(rewards));
        }

        var groups = rewards.Chunk(groupSize).ToArray();
        var batchDeviation = scaling == RewardScaling.Batch ? Deviation([.. rewards]) : 0;
        return [.. groups.SelectMany(group =>
        {
            var mean = group.Average();
            var deviation = scaling switch
            {
                RewardScaling.Group => Deviation(group) + Epsilon,
                RewardScaling.Batch => batchDeviation + Epsilon,
                _ => 1.0,
            };
            return group.Select(reward => (reward - mean) / deviation);
        })];
    }

    /// <summary>Whether all completions of a group earned the same, so that nothing can be learnt from it.</summary>
    public static bool HasNoSpread(ReadOnlySpan<double> group)
    {
        foreach (var reward in group)
        {
            if (reward != group[0])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Unbiased, as torch.std.</summary>
    internal static double Deviation(double[] rewards)
    {
        var mean = rewards.Average();
        return Math.Sqrt(rewards.Sum(r => (r - mean) * (r - mean)) / (rewards.Length - 1));
    }
}

/// <summary>Named as in TRL's <c>scale_rewards</c>.</summary>
public enum RewardScaling
{
    /// <summary>By the deviation of the group.</summary>
    Group,

    /// <summary>By the deviation of all rewards of the step.</summary>
    Batch,

    /// <summary>Not at all, as in Dr. GRPO.</summary>
    None,
}
