namespace Thaw.Core.Generation;

/// <summary>Asks another generator each prompt once, as long as decoding is greedy; sampled calls pass through.</summary>
/// <remarks>
/// An episode without history comes back to positions that it has seen, and episodes of one room share them. Make a new memory
/// whenever the weights change. When it holds <paramref name="capacity"/> completions it forgets them all.
/// </remarks>
public sealed class GreedyMemory(ITextGenerator inner, int capacity = 1_000_000) : ITextGenerator
{
    private readonly Dictionary<(string Text, SamplingOptions Options), Completion> _known = [];

    public IReadOnlyList<Completion> Generate(IReadOnlyList<Prompt> prompts, SamplingOptions options, CancellationToken cancellation)
    {
        if (!options.IsGreedy)
        {
            return inner.Generate(prompts, options, cancellation);
        }

        // Greedy decoding draws nothing.
        var asked = options with { Seed = 0 };
        if (_known.Count + prompts.Count > capacity)
        {
            _known.Clear();
        }

        Prompt[] unknown = [.. prompts.Distinct().Where(prompt => !_known.ContainsKey((prompt.Text, asked)))];
        if (unknown.Length > 0)
        {
            var answers = inner.Generate(unknown, options, cancellation);
            for (var i = 0; i < unknown.Length; i++)
            {
                _known.Add((unknown[i].Text, asked), answers[i]);
            }
        }

        return [.. prompts.Select(prompt => _known[(prompt.Text, asked)])];
    }
}
