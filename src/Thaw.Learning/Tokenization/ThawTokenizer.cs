namespace Thaw.Learning.Tokenization;

/// <summary>The tokenizer of the base model that ships with Thaw. It has no normalizer, so text → ids → text is the identity.</summary>
public static class ThawTokenizer
{
    public const string EndOfText = "<|endoftext|>";
    public const string TurnStart = "<|im_start|>";
    public const string TurnEnd = "<|im_end|>";
    public const string ThoughtStart = "<think>";
    public const string ThoughtEnd = "</think>";

    // ChatML word for word, as the prompts of both tasks have it; nothing is trimmed.
    private const string ChatMarkup =
        """
        {% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
        """;

    /// <summary>As in Qwen3, thoughts are added but not special: leaving out special tokens keeps them.</summary>
    public static IReadOnlyList<AddedToken> AddedTokens { get; } =
    [
        new(0, EndOfText),
        new(1, TurnStart),
        new(2, TurnEnd),
        new(3, ThoughtStart, IsSpecial: false),
        new(4, ThoughtEnd, IsSpecial: false),
    ];

    public static TokenizerSettings Settings { get; } = new() { EosToken = TurnEnd, PadToken = EndOfText, ChatTemplate = ChatMarkup };

    /// <summary>A trainer with this tokenizer's split expression and added tokens, to be fed with text.</summary>
    /// <param name="passages">Texts that become one token each, wherever they occur word for word.</param>
    public static BytePairTrainer NewTrainer(IEnumerable<string>? passages = null) =>
        new(SplitPattern.Thaw, [.. AddedTokens, .. (passages ?? []).Select((text, i) => new AddedToken(AddedTokens.Count + i, text, IsSpecial: false))]);
}
