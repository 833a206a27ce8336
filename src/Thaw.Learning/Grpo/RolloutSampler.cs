using Thaw.Core.Generation;
using Thaw.Core.Randomness;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Distribution;
using Thaw.Learning.Generation;

namespace Thaw.Learning.Grpo;

/// <summary>Samples completions from the live weights, in this process, with the engine that evaluation and serving use.</summary>
/// <remarks>
/// Without a cut of the distribution, so that the log-probabilities of the samples are those of the policy. Episodes go on at their own
/// pace: whose turn has ended asks for the next at once, and what it is answered depends on its seed and not on its neighbours.
/// </remarks>
/// <param name="base">Takes a divergence off the rewards; null for none.</param>
/// <param name="ranks">Each samples for its part of the exercises.</param>
internal sealed class RolloutSampler(ModelFolder model, IPractice practice, BaseLog? @base, GrpoOptions options, Ranks ranks) : IDisposable
{
    private readonly GenerationEngine _engine = new(model.Decoder, model.Tokenizer, model.StopIds, new EngineLimits { MaxRows = options.MaxRows, MaxCachedTokens = options.MaxCachedTokens });

    /// <param name="number">Of the round, from 0; with seed and weights it decides every completion.</param>
    /// <param name="exercises">What is practised on, one number for each group.</param>
    /// <returns>Group by group, <see cref="PracticeOptions.NumGenerations"/> samples of each exercise.</returns>
    public IReadOnlyList<Rollout> Sample(int number, IReadOnlyList<int> exercises, CancellationToken cancellation)
    {
        IReadOnlyList<Rollout> own = [];
        ranks.Together(token => own = SampleOwn(number, exercises, token), cancellation);
        return RolloutExchange.OfAll(ranks, own);
    }

    public void Dispose() => _engine.Dispose();

    private IReadOnlyList<Rollout> SampleOwn(int number, IReadOnlyList<int> exercises, CancellationToken cancellation)
    {
        _engine.ForgetPrefixes();
        var samples = new List<Attempted>();
        try
        {
            foreach (var place in Enumerable.Range(0, exercises.Count).Where(place => RolloutExchange.IsOwn(ranks, place, exercises.Count)))
            {
                for (var sample = 0; sample < options.NumGenerations; sample++)
                {
                    samples.Add(new Attempted(this, exercises[place], $"grpo/{number}/{place}/{sample}"));
                }
            }

            var open = samples.ToList();
            while (open.Count > 0)
            {
                _engine.Step(cancellation);
                open.RemoveAll(sample => sample.GoOn());
            }
        }
        finally
        {
            // After an exception nobody waits for them any more.
            samples.ForEach(sample => sample.Row.Cancel());
        }

        var rollouts = samples.ConvertAll(sample => sample.Finished());
        return @base?.Penalize(rollouts) ?? rollouts;
    }

    private IAttempt Begin(int exercise) => practice.Begin(exercise);

    private double Sum(double[] rewards) => practice.Rewards.Sum(rewards);

    private GenerationRow Ask(string prompt, string label)
    {
        var sampling = new SamplingOptions
        {
            Temperature = options.Temperature,
            MaxNewTokens = options.MaxCompletionLength,
            Seed = SplitMix64.SeedOf(options.Seed, label),
        };
        return _engine.Add(new GenerationRequest(model.Tokenizer.Encode(prompt), sampling) { LogProbabilities = true, AtTemperature = true });
    }

    /// <summary>One sample on its way.</summary>
    private sealed class Attempted
    {
        private readonly RolloutSampler _sampler;
        private readonly int _exercise;
        private readonly string _label;
        private readonly IAttempt _attempt;
        private readonly List<RolloutTurn> _turns = [];

        public Attempted(RolloutSampler sampler, int exercise, string label)
        {
            (_sampler, _exercise, _label) = (sampler, exercise, label);
            _attempt = sampler.Begin(exercise);
            Row = Ask();
        }

        /// <summary>The completion that is being written.</summary>
        public GenerationRow Row { get; private set; }

        /// <summary>Plays a completion that has ended and asks for the next one.</summary>
        /// <returns>True where there is none.</returns>
        public bool GoOn()
        {
            if (Row.IsOpen)
            {
                return false;
            }

            // The token that ends the turn is an action like any other.
            var tokens = Row.StopToken is { } stop ? [.. Row.Tokens, stop] : Row.Tokens;
            _turns.Add(new RolloutTurn(Row.Request.Prompt, [.. tokens.Select(t => t.Id)], [.. tokens.Select(t => t.LogProbability)], Row.Finish == FinishReason.Length));
            _attempt.Play(Row.Text);
            if (!_attempt.IsOver)
            {
                Row = Ask();
            }

            return _attempt.IsOver;
        }

        public Rollout Finished()
        {
            var each = _attempt.Rewards();
            return new Rollout(_exercise, _turns, each, _sampler.Sum(each));
        }

        private GenerationRow Ask() => _sampler.Ask(_attempt.Prompt, $"{_label}/{_turns.Count}");
    }
}
