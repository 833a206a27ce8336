using Thaw.Core.Generation;

namespace Thaw.Testing;

/// <summary>A generator that answers by a rule instead of a model.</summary>
public sealed class ScriptedPlayer(Func<Prompt, string> answer) : ITextGenerator
{
    /// <summary>How many prompts each call brought, in the order of the calls.</summary>
    public List<int> BatchSizes { get; } = [];

    public IReadOnlyList<Completion> Generate(IReadOnlyList<Prompt> prompts, SamplingOptions options, CancellationToken cancellation)
    {
        BatchSizes.Add(prompts.Count);
        return [.. prompts.Select(prompt => new Completion(answer(prompt), FinishReason.Stop, prompt.Text.Length, 1))];
    }
}
