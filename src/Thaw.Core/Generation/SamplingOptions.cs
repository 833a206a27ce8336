using Thaw.Core.Randomness;

namespace Thaw.Core.Generation;

/// <summary>How a completion is drawn, and what ends it besides the model's own stop tokens.</summary>
/// <remarks>
/// Order of what is done to the logits, as in vLLM's sampler: <see cref="LogitBias"/>, the three penalties, temperature,
/// <see cref="MinP"/>, <see cref="TopK"/>, <see cref="TopP"/>. Greedy decoding takes the greatest after bias and penalties.
/// </remarks>
public sealed record SamplingOptions
{
    public static SamplingOptions Greedy { get; } = new();

    public int MaxNewTokens { get; init; } = 64;

    /// <summary>0 is greedy: the most probable token, the lowest id among equals.</summary>
    public double Temperature { get; init; }

    /// <summary>Only the k most probable tokens are drawn from; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the smallest set of most probable tokens with at least this mass is drawn from; 1 keeps all.</summary>
    public double TopP { get; init; } = 1.0;

    /// <summary>Tokens less probable than this share of the most probable one are not drawn; 0 keeps all.</summary>
    public double MinP { get; init; }

    /// <summary>Taken off the logit of every token that the completion has already; OpenAI's range is -2 to 2.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Taken off a token's logit for each time that the completion has it already.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Logits of tokens of prompt and completion are divided by this where positive and multiplied where negative (arXiv:1909.05858, section 4.1); 1 does nothing.</summary>
    public double RepetitionPenalty { get; init; } = 1.0;

    /// <summary>Added to the logits of single tokens, by id; null adds nothing.</summary>
    public IReadOnlyDictionary<int, double>? LogitBias { get; init; }

    /// <summary>Texts that end a completion where they first appear; they are not part of it.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>With the prompt and how often it came before in its call, decides every random draw.</summary>
    public ulong Seed { get; init; }

    public bool IsGreedy => Temperature == 0;

    /// <summary>The seed of one completion of a call with <paramref name="seed"/>: what it draws depends on nothing else of the call.</summary>
    /// <param name="occurrence">How often the prompt has come in the call, this time included.</param>
    /// <returns>31 bits, because some servers read no more: a served model then draws what a local one does.</returns>
    public static ulong SeedOfRow(ulong seed, int occurrence, string prompt) => SplitMix64.SeedOf(seed, $"{occurrence}/{prompt}") & int.MaxValue;

    /// <exception cref="ArgumentException">A value is outside of its range; the message names the value in the API's spelling.</exception>
    public void Validate()
    {
        Require(MaxNewTokens > 0, "max_new_tokens", MaxNewTokens, "at least 1");
        Require(double.IsFinite(Temperature) && Temperature >= 0, "temperature", Temperature, "a number of 0 or more");
        Require(TopK >= 0, "top_k", TopK, "0 or more");
        Require(TopP > 0 && TopP <= 1, "top_p", TopP, "above 0 and at most 1");
        Require(MinP >= 0 && MinP <= 1, "min_p", MinP, "between 0 and 1");
        Require(double.IsFinite(PresencePenalty), "presence_penalty", PresencePenalty, "a number");
        Require(double.IsFinite(FrequencyPenalty), "frequency_penalty", FrequencyPenalty, "a number");
        Require(double.IsFinite(RepetitionPenalty) && RepetitionPenalty > 0, "repetition_penalty", RepetitionPenalty, "above 0");
        if (StopStrings.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("stop: an empty text would end every completion.");
        }

        if (LogitBias?.Any(bias => double.IsNaN(bias.Value)) == true)
        {
            throw new ArgumentException("logit_bias: a value is not a number.");
        }
    }

    private static void Require(bool holds, string name, double value, string wanted)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name}: must be {wanted}, not {value}."));
        }
    }
}
