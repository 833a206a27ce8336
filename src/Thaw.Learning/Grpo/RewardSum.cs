namespace Thaw.Learning.Grpo;

/// <summary>The weighted sum of named rewards.</summary>
internal sealed class RewardSum
{
    private readonly double[] _weights;

    /// <param name="task">For the message.</param>
    /// <param name="known">The first is taken where no name is given.</param>
    /// <exception cref="ArgumentException">A name is not known.</exception>
    public RewardSum(string task, IReadOnlyList<string> known, GrpoOptions options)
    {
        Names = options.RewardFuncs.Count > 0 ? options.RewardFuncs : [known[0]];
        _weights = options.RewardWeights.Count > 0 ? [.. options.RewardWeights] : [.. Names.Select(_ => 1.0)];
        if (Names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new ArgumentException(
                $"Key 'reward_funcs' names '{unknown}'; for {(options.Rollout == RolloutKind.Episode ? "episodes" : "turns")} of {task} there are {string.Join(", ", known)}.");
        }
    }

    public IReadOnlyList<string> Names { get; }

    public double Sum(double[] each) => each.Zip(_weights, (reward, weight) => reward * weight).Sum();
}
