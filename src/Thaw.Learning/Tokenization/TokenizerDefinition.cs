using Thaw.Learning.Tokenization.Splitting;

namespace Thaw.Learning.Tokenization;

/// <summary>What a <c>tokenizer.json</c> of a byte-level BPE says.</summary>
public sealed record TokenizerDefinition
{
    /// <summary>Ids of tokens, by their spelling in the byte alphabet of GPT-2, where <c>Ġ</c> is a space.</summary>
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    /// <summary>Pairs of spellings that become one token, the most urgent first.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>Applied one after the other, each within the pieces of the one before; merges happen within the last pieces.</summary>
    public required IReadOnlyList<SplitRule> Splits { get; init; }

    /// <summary>After <see cref="Splits"/>, a piece that does not begin with a space gets one; then text → ids → text adds spaces.</summary>
    public bool AddsPrefixSpace { get; init; }

    /// <summary>After that, pieces are cut by <see cref="SplitPattern.Gpt2"/>.</summary>
    public bool SplitsAsGpt2 { get; init; }

    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Text is brought into Unicode normalization form C first; then text → ids → text is the identity only up to that form.</summary>
    public bool NormalizesToFormC { get; init; }

    /// <summary>A piece that is a token as a whole is taken so, even where merges would not lead there.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>What the post-processing template puts before a text: the begin-of-text token of Llama.</summary>
    public IReadOnlyList<int> TemplatePrefix { get; init; } = [];

    /// <summary>What the post-processing template puts after a text.</summary>
    public IReadOnlyList<int> TemplateSuffix { get; init; } = [];
}
