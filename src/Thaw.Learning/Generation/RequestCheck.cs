using Thaw.Learning.Models;

namespace Thaw.Learning.Generation;

/// <summary>Refuses what could never be answered, with the reason.</summary>
internal sealed class RequestCheck(DecoderConfig model, EngineLimits limits)
{
    /// <exception cref="ArgumentException">The message says what is wrong, or how much room there is.</exception>
    public void Require(GenerationRequest request)
    {
        request.Sampling.Validate();
        var (prompt, newTokens) = (request.Prompt, request.Sampling.MaxNewTokens);
        if (prompt.Length == 0)
        {
            throw new ArgumentException("A prompt has no tokens.");
        }

        if ((long)prompt.Length + newTokens > model.MaxPositions)
        {
            throw new ArgumentException($"A prompt of {prompt.Length} tokens and {newTokens} new ones do not fit into the model's {model.MaxPositions} positions.");
        }

        // The last token of a completion is never read.
        if ((long)prompt.Length + newTokens - 1 > limits.MaxCachedTokens)
        {
            throw new ArgumentException($"A prompt of {prompt.Length} tokens and {newTokens} new ones do not fit into a cache of {limits.MaxCachedTokens} tokens.");
        }

        RequireIds("The prompt", prompt);
        RequireIds("logit_bias", request.Sampling.LogitBias?.Keys ?? []);
        if (request.StopStrings.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("stop: an empty text would end every completion.");
        }

        if (request.TopLogProbabilities < 0)
        {
            throw new ArgumentException($"top_logprobs: must be 0 or more, not {request.TopLogProbabilities}.");
        }
    }

    private void RequireIds(string what, IEnumerable<int> ids)
    {
        foreach (var id in ids)
        {
            if (id < 0 || id >= model.VocabularySize)
            {
                throw new ArgumentException($"{what} has a token {id}, but the model knows 0 to {model.VocabularySize - 1}.");
            }
        }
    }
}
