namespace Thaw.Core.Generation;

/// <summary>Answers prompts. Evaluation, collection and reinforcement learning see a model only through this.</summary>
public interface ITextGenerator
{
    /// <returns>One completion for each prompt, in the order of the prompts.</returns>
    IReadOnlyList<Completion> Generate(IReadOnlyList<Prompt> prompts, SamplingOptions options, CancellationToken cancellation);
}
