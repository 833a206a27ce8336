namespace Thaw.Learning.Tokenization;

/// <summary>A token that is recognised in text as a whole, before any splitting, such as <c>&lt;|im_end|&gt;</c>.</summary>
/// <param name="IsSpecial">Left out by <see cref="BytePairTokenizer.Decode"/> where that is asked for.</param>
/// <param name="IsNormalized">Searched in the normalized text rather than in the text as given.</param>
/// <param name="StripsLeft">Swallows the white space before it.</param>
/// <param name="StripsRight">Swallows the white space after it.</param>
/// <param name="IsSingleWord">Recognised only where no word character touches it.</param>
public sealed record AddedToken(
    int Id,
    string Content,
    bool IsSpecial = true,
    bool IsNormalized = false,
    bool StripsLeft = false,
    bool StripsRight = false,
    bool IsSingleWord = false);
