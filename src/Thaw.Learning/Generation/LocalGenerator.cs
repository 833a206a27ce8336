using Thaw.Core.Generation;
using Thaw.Core.Randomness;
using Thaw.Learning.Models;
using Thaw.Learning.Tokenization;
using Thaw.Torch;

namespace Thaw.Learning.Generation;

/// <summary>A model in this process as generator. All prompts of a call are one batch.</summary>
/// <param name="stopIds">Tokens that end a completion; they are not part of its text.</param>
public sealed class LocalGenerator(Decoder model, BytePairTokenizer tokenizer, IReadOnlyList<int> stopIds) : ITextGenerator
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A prompt and its new tokens do not fit into the model's positions.</exception>
    public IReadOnlyList<Completion> Generate(IReadOnlyList<Prompt> prompts, SamplingOptions options, CancellationToken cancellation)
    {
        if (prompts.Count == 0)
        {
            return [];
        }

        var ids = prompts.Select(p => tokenizer.Encode(p.Text)).ToArray();
        RequireRoom(ids, options);
        var rows = Continue(ids, [.. RowSeeds(prompts, options.Seed)], options, cancellation);
        return [.. rows.Select((row, i) => new Completion(
            tokenizer.Decode(row.Tokens), row.IsStopped ? FinishReason.Stop : FinishReason.Length, ids[i].Length, row.Tokens.Count))];
    }

    private List<Row> Continue(int[][] prompts, ulong[] seeds, SamplingOptions options, CancellationToken cancellation)
    {
        using var noGrad = new NoGradScope();
        using var batch = new DecodingBatch(model, prompts);
        var rows = seeds.Select(seed => new Row(new SplitMix64(seed))).ToList();
        var open = rows;
        using var scope = new TensorScope();
        var logits = batch.Prefill(prompts);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Extend(open, logits, options);
            logits.Dispose();
            var still = Enumerable.Range(0, open.Count).Where(i => open[i].IsOpen(options.MaxNewTokens)).ToList();
            if (still.Count == 0)
            {
                return rows;
            }

            if (still.Count < open.Count)
            {
                batch.KeepRows(still);
                open = still.ConvertAll(i => open[i]);
            }

            logits = batch.Append(open.ConvertAll(row => row.Tokens[^1]));
        }
    }

    private void Extend(List<Row> open, Tensor logitsBV, SamplingOptions options)
    {
        var greedy = options.IsGreedy ? logitsBV.ArgMax(-1).ToLongs() : null;
        var values = greedy is null ? logitsBV.ToFloats() : null;
        var vocabulary = model.Config.VocabularySize;
        for (var i = 0; i < open.Count; i++)
        {
            var token = greedy is not null
                ? (int)greedy[i]
                : TokenSampler.Choose(values.AsSpan(i * vocabulary, vocabulary), options, open[i].Random);
            if (stopIds.Contains(token))
            {
                open[i].IsStopped = true;
            }
            else
            {
                open[i].Tokens.Add(token);
            }
        }
    }

    // A row's draws depend on its prompt and how often that prompt came before in the call, never on its neighbours.
    private static IEnumerable<ulong> RowSeeds(IReadOnlyList<Prompt> prompts, ulong seed)
    {
        var seen = new Dictionary<Prompt, int>();
        foreach (var prompt in prompts)
        {
            var occurrence = seen[prompt] = seen.GetValueOrDefault(prompt) + 1;
            yield return SplitMix64.SeedOf(seed, $"{occurrence}/{prompt.Text}");
        }
    }

    private void RequireRoom(int[][] prompts, SamplingOptions options)
    {
        var longest = prompts.Max(p => p.Length);
        if (prompts.Any(p => p.Length == 0))
        {
            throw new ArgumentException("A prompt has no tokens.");
        }

        if (longest + options.MaxNewTokens > model.Config.MaxPositions)
        {
            throw new ArgumentException(
                $"A prompt of {longest} tokens and {options.MaxNewTokens} new ones do not fit into the model's {model.Config.MaxPositions} positions.");
        }
    }

    private sealed class Row(SplitMix64 random)
    {
        public SplitMix64 Random => random;

        public List<int> Tokens { get; } = [];

        public bool IsStopped { get; set; }

        public bool IsOpen(int maxNewTokens) => !IsStopped && Tokens.Count < maxNewTokens;
    }
}
