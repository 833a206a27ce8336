using Thaw.Core.Generation;

namespace Thaw.Learning.Generation;

/// <summary>One completion that is asked of a <see cref="GenerationEngine"/>.</summary>
/// <param name="Prompt">Token ids, at least one.</param>
/// <param name="Sampling">Its seed is this row's own: with the prompt and the settings it decides every draw.</param>
public sealed record GenerationRequest(int[] Prompt, SamplingOptions Sampling)
{
    /// <summary>Texts that end the completion where they first appear, also across the borders of tokens; those of <see cref="Sampling"/> where nothing else is said.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = Sampling.StopStrings;

    /// <summary>Tokens that end the completion besides the engine's own.</summary>
    public IReadOnlyList<int> StopIds { get; init; } = [];

    /// <summary>Does not end at the engine's own stop tokens: they become part of the text.</summary>
    public bool IgnoreEos { get; init; }

    /// <summary>Whether the log-probability of each chosen token is wanted.</summary>
    public bool LogProbabilities { get; init; }

    /// <summary>Log-probabilities are those at the request's temperature, not the model's own: what is drawn from where nothing is cut off.</summary>
    public bool AtTemperature { get; init; }

    /// <summary>How many of the most probable tokens are wanted at each place, with their log-probabilities; 0 is none.</summary>
    public int TopLogProbabilities { get; init; }

    /// <summary>Applied in this order, before bias and penalties.</summary>
    public IReadOnlyList<ILogitProcessor> Processors { get; init; } = [];
}

/// <summary>Changes the logits before a token is chosen: forbids tokens, forces a form.</summary>
public interface ILogitProcessor
{
    /// <param name="prompt">The tokens of the prompt.</param>
    /// <param name="completion">The tokens written so far.</param>
    /// <param name="logits">One for each id of the vocabulary, to be changed in place; minus infinity forbids a token.</param>
    void Apply(ReadOnlySpan<int> prompt, ReadOnlySpan<int> completion, Span<float> logits);
}
