using Thaw.Core.Generation;
using Thaw.Core.Randomness;
using Thaw.Core.Scoring;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Distribution;
using Thaw.Learning.Generation;

namespace Thaw.Learning.Grpo;

/// <summary>Samples completions from the live weights, in this process, with the engine that evaluation and serving use.</summary>
/// <remarks>At temperature 1 and without a cut of the distribution, so that the log-probabilities of the samples are those of the policy.</remarks>
internal sealed class RolloutSampler(ModelFolder model, PromptPool prompts, RewardSum rewards, GrpoOptions options, Ranks ranks) : IDisposable
{
    private readonly GenerationEngine _engine = new(model.Decoder, model.Tokenizer, model.StopIds, new EngineLimits());

    /// <param name="number">From 0; with seed and weights it decides every completion.</param>
    public RolloutRound Sample(int number, CancellationToken cancellation)
    {
        IReadOnlyList<Rollout> own = [];
        ranks.Together(token => own = SampleOwn(number, token), cancellation);
        return new RolloutRound(number, RolloutExchange.OfAll(ranks, own), options);
    }

    public void Dispose() => _engine.Dispose();

    private List<Rollout> SampleOwn(int number, CancellationToken cancellation)
    {
        _engine.ForgetPrefixes();
        var asked = new List<(IQuestion Question, GenerationRow Row)>();
        foreach (var ((prompt, question), place) in prompts.Of(number, options.PromptsPerRound).Select((prompt, place) => (prompt, place)).Where(p => RolloutExchange.IsOwn(ranks, p.place, options.PromptsPerRound)))
        {
            var ids = model.Tokenizer.Encode(prompt);
            for (var sample = 0; sample < options.NumGenerations; sample++)
            {
                var sampling = new SamplingOptions
                {
                    Temperature = 1,
                    MaxNewTokens = options.MaxCompletionLength,
                    Seed = SplitMix64.SeedOf(options.Seed, $"grpo/{number}/{place}/{sample}"),
                };
                asked.Add((question, _engine.Add(new GenerationRequest(ids, sampling) { LogProbabilities = true })));
            }
        }

        while (_engine.Step(cancellation))
        {
        }

        return asked.ConvertAll(a => Finished(a.Question, a.Row));
    }

    private Rollout Finished(IQuestion question, GenerationRow row)
    {
        // The token that ends the turn is an action like any other.
        var tokens = row.StopToken is { } stop ? [.. row.Tokens, stop] : row.Tokens;
        var each = rewards.Each(question, row.Text);
        return new Rollout(
            row.Request.Prompt, [.. tokens.Select(t => t.Id)], [.. tokens.Select(t => t.LogProbability)], each, rewards.Sum(each), row.Finish == FinishReason.Length);
    }
}
