using Thaw.Core.Randomness;

namespace Thaw.Core.Generation;

/// <summary>Asks another generator in batches of a bounded size.</summary>
/// <param name="onBatch">Told the number of prompts in a batch when it has been answered.</param>
public sealed class BatchedGenerator(ITextGenerator inner, int batchSize, Action<int>? onBatch = null) : ITextGenerator
{
    private readonly int _batchSize = batchSize > 0
        ? batchSize
        : throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, "A batch holds at least one prompt.");

    /// <inheritdoc/>
    /// <remarks>Each batch gets a seed of its own, as the index of a prompt starts at 0 again in every call.</remarks>
    /// <exception cref="InvalidOperationException">The inner generator did not give one completion for each prompt.</exception>
    public IReadOnlyList<Completion> Generate(IReadOnlyList<Prompt> prompts, SamplingOptions options, CancellationToken cancellation)
    {
        var completions = new List<Completion>(prompts.Count);
        for (var start = 0; start < prompts.Count; start += _batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            Prompt[] batch = [.. prompts.Skip(start).Take(_batchSize)];
            var seed = SplitMix64.SeedOf(options.Seed, $"batch/{start}");
            var answers = inner.Generate(batch, options with { Seed = seed }, cancellation);
            if (answers.Count != batch.Length)
            {
                throw new InvalidOperationException($"The generator gave {answers.Count} completions for {batch.Length} prompts.");
            }

            completions.AddRange(answers);
            onBatch?.Invoke(batch.Length);
        }

        return completions;
    }
}
