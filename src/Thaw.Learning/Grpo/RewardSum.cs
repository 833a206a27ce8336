using Thaw.Core.Scoring;

namespace Thaw.Learning.Grpo;

/// <summary>Named rewards of one completion and their weighted sum.</summary>
internal sealed class RewardSum
{
    /// <summary>1 for an answer that the prompt allows, right or wrong, as the task's own scorer reads it.</summary>
    public const string Format = "format";

    private readonly double[] _weights;
    private readonly string _own;

    /// <exception cref="ArgumentException">The task has no scorer of a name.</exception>
    public RewardSum(IScoredTask task, IReadOnlyList<string> names, IReadOnlyList<double> weights)
    {
        Names = names;
        _weights = weights.Count > 0 ? [.. weights] : [.. names.Select(_ => 1.0)];
        string[] known = [.. task.Scorers.Select(scorer => scorer.Name), Format];
        _own = known[0];
        if (names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new ArgumentException($"Key 'reward_funcs' names '{unknown}'; {task.Name} has {string.Join(", ", known)}.");
        }
    }

    public IReadOnlyList<string> Names { get; }

    /// <returns>Each reward before it is weighted, in the order of the names.</returns>
    public double[] Each(IQuestion question, string completion) =>
        [.. Names.Select(name => name == Format ? (question.ScoreOf(completion, _own).IsValid ? 1.0 : 0.0) : question.ScoreOf(completion, name).Value)];

    public double Sum(double[] each) => each.Zip(_weights, (reward, weight) => reward * weight).Sum();
}
