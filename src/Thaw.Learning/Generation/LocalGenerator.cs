using Thaw.Core.Generation;
using Thaw.Learning.Models;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Generation;

/// <summary>A model in this process as generator. All prompts of a call are given to one <see cref="GenerationEngine"/>, whose cache stays for the next call.</summary>
/// <param name="stopIds">Tokens that end a completion; they are not part of its text.</param>
public sealed class LocalGenerator(Decoder model, BytePairTokenizer tokenizer, IReadOnlyList<int> stopIds, EngineLimits? limits = null) : ITextGenerator, IDisposable
{
    private readonly GenerationEngine _engine = new(model, tokenizer, stopIds, limits ?? new EngineLimits());

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A prompt and its new tokens do not fit into the model's positions or the cache; nothing is computed then.</exception>
    public IReadOnlyList<Completion> Generate(IReadOnlyList<Prompt> prompts, SamplingOptions options, CancellationToken cancellation)
    {
        var rows = new List<GenerationRow>(prompts.Count);
        try
        {
            foreach (var (prompt, seed) in prompts.Zip(RowSeeds(prompts, options.Seed)))
            {
                rows.Add(_engine.Add(new GenerationRequest(tokenizer.Encode(prompt.Text), options with { Seed = seed })));
            }

            while (rows.Exists(row => row.IsOpen))
            {
                _engine.Step(cancellation);
            }
        }
        finally
        {
            // After an exception nobody waits for them any more.
            rows.ForEach(row => row.Cancel());
        }

        return rows.ConvertAll(row => new Completion(row.Text, row.Finish!.Value, row.Request.Prompt.Length, row.Tokens.Count));
    }

    public void Dispose() => _engine.Dispose();

    // A row's draws depend on its prompt and how often that prompt came before in the call, never on its neighbours.
    private static IEnumerable<ulong> RowSeeds(IReadOnlyList<Prompt> prompts, ulong seed)
    {
        var seen = new Dictionary<Prompt, int>();
        foreach (var prompt in prompts)
        {
            var occurrence = seen[prompt] = seen.GetValueOrDefault(prompt) + 1;
            yield return SamplingOptions.SeedOfRow(seed, occurrence, prompt.Text);
        }
    }
}
