namespace Thaw.Learning.Tokenization;

/// <summary>Regular expressions that cut text into the pieces within which merges happen.</summary>
public static class SplitPattern
{
    /// <summary>What <c>ByteLevel</c> with <c>use_regex</c> means.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>As published with Qwen2, Qwen2.5 and Qwen3.</summary>
    public const string Qwen2 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>As published with Llama 3.</summary>
    public const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Of the base model that ships with Thaw: one piece is one thing that a prompt speaks of.</summary>
    /// <remarks>
    /// In order: a board cell (space, symbol, space, tab); a tag such as <c>&lt;answer&gt;</c>; a word; a digit; a pictograph with its
    /// variation selector; a run of other symbols, which ends before a tag or pictograph; a line end; white space, which leaves its last
    /// space to the word that follows. All but cells and white space may begin with one space.
    /// </remarks>
    public const string Thaw =
        @" \S \t"
        + @"| ?</?[a-z]+>"
        + @"| ?\p{L}[\p{L}\p{M}]*"
        + @"| ?\p{N}"
        + @"| ?\p{So}\p{M}*"
        + @"| ?[^\s\p{L}\p{N}][^\s\p{L}\p{N}\p{So}<]*"
        + @"|\n"
        + @"|[^\S\n]+(?!\S)"
        + @"|[^\S\n]+";
}
