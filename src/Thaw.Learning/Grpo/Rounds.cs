using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>The rounds of a run in their order: samples one when the updates of the last one are made, and says what they were like.</summary>
internal sealed class Rounds(IPractice practice, RolloutSampler sampler, GrpoOptions options)
{
    private readonly PracticeOrder _order = new(practice, options.Seed);
    private long _tokens;
    private double _gap;

    /// <summary>Null before the first step.</summary>
    public RolloutRound? Current { get; private set; }

    public IReadOnlyList<TrainingExample> RowsOf(int step, CancellationToken cancellation)
    {
        var (number, update) = Math.DivRem(step - 1, options.UpdatesPerRound);
        if (Current?.Number != number)
        {
            Current = new RolloutRound(number, sampler.Sample(number, _order.Of(number, options.GroupsPerRound), cancellation), options);
            _tokens += RoundMetrics.Tokens(Current);
        }

        return Current.RowsOf(update);
    }

    /// <summary>Whether the weights of a step are still those that sampled: only then is the gap one between sampler and trainer.</summary>
    public bool IsFresh(int step) => (step - 1) % options.UpdatesPerRound == 0;

    /// <summary>Told of every step.</summary>
    /// <exception cref="SamplerGapException">The bound is passed.</exception>
    public void Observe(TrainingStep step)
    {
        if (IsFresh(step.Number))
        {
            _gap = Math.Max(_gap, step.OldGap);
            SamplerGapException.ThrowIfAbove(options.MaxSamplerGap, step);
        }
    }

    /// <summary>What is logged with a step; the gap is the greatest since the last log.</summary>
    public IEnumerable<KeyValuePair<string, double>> MetricsOf(TrainingStep step)
    {
        foreach (var metric in RoundMetrics.Of(Current!, practice.Rewards.Names).Concat(step.Policy.Metrics(step.TargetTokens, options.Beta > 0)))
        {
            yield return metric;
        }

        yield return new("num_tokens", _tokens);
        yield return new("sampler_gap", _gap);
        _gap = 0;
    }

    public void Write(string folder)
    {
        if (Current is not null)
        {
            RoundFile.Write(folder, Current, _tokens, _gap);
        }
    }

    public void Resume(string folder)
    {
        if (RoundFile.ReadOrNull(folder, options) is (var round, var tokens, var gap))
        {
            (Current, _tokens, _gap) = (round, tokens, gap);
        }
    }
}
