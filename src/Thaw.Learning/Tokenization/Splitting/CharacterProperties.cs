using System.Globalization;
using static System.Globalization.UnicodeCategory;

namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>The sets that expressions name by a letter or by <c>\p{...}</c>.</summary>
internal static class CharacterProperties
{
    private static readonly Dictionary<string, UnicodeCategory[]> s_categories = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Lu"] = [UppercaseLetter],
        ["Ll"] = [LowercaseLetter],
        ["Lt"] = [TitlecaseLetter],
        ["Lm"] = [ModifierLetter],
        ["Lo"] = [OtherLetter],
        ["LC"] = [UppercaseLetter, LowercaseLetter, TitlecaseLetter],
        ["L"] = [UppercaseLetter, LowercaseLetter, TitlecaseLetter, ModifierLetter, OtherLetter],
        ["Mn"] = [NonSpacingMark],
        ["Mc"] = [SpacingCombiningMark],
        ["Me"] = [EnclosingMark],
        ["M"] = [NonSpacingMark, SpacingCombiningMark, EnclosingMark],
        ["Nd"] = [DecimalDigitNumber],
        ["Nl"] = [LetterNumber],
        ["No"] = [OtherNumber],
        ["N"] = [DecimalDigitNumber, LetterNumber, OtherNumber],
        ["Pc"] = [ConnectorPunctuation],
        ["Pd"] = [DashPunctuation],
        ["Ps"] = [OpenPunctuation],
        ["Pe"] = [ClosePunctuation],
        ["Pi"] = [InitialQuotePunctuation],
        ["Pf"] = [FinalQuotePunctuation],
        ["Po"] = [OtherPunctuation],
        ["P"] = [ConnectorPunctuation, DashPunctuation, OpenPunctuation, ClosePunctuation, InitialQuotePunctuation, FinalQuotePunctuation, OtherPunctuation],
        ["Sm"] = [MathSymbol],
        ["Sc"] = [CurrencySymbol],
        ["Sk"] = [ModifierSymbol],
        ["So"] = [OtherSymbol],
        ["S"] = [MathSymbol, CurrencySymbol, ModifierSymbol, OtherSymbol],
        ["Zs"] = [SpaceSeparator],
        ["Zl"] = [LineSeparator],
        ["Zp"] = [ParagraphSeparator],
        ["Z"] = [SpaceSeparator, LineSeparator, ParagraphSeparator],
    };

    // Symbols that Unicode counts as alphabetic: circled and squared Latin letters.
    private static readonly CodePointSet s_alphabeticSymbols = CodePointSet.Of((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189));

    // Oniguruma's \w differs from that of other engines by the superscripts and fractions of Latin-1.
    private static readonly CodePointSet s_latinOtherNumbers = CodePointSet.Of((0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE));

    private static readonly CodePointSet s_joiners = CodePointSet.Of((0x200C, 0x200D));

    private static readonly CodePointSet s_commonWord =
        CodePointSet.OfCategories([.. s_categories["L"], .. s_categories["M"], DecimalDigitNumber, LetterNumber, ConnectorPunctuation]).Union(s_alphabeticSymbols);

    /// <summary><c>\w</c> in split expressions, which the reference gives to Oniguruma.</summary>
    public static CodePointSet WordOfExpressions { get; } = s_commonWord.Union(s_latinOtherNumbers);

    /// <summary><c>\w</c> beside added tokens, for which the reference asks another engine.</summary>
    public static CodePointSet WordBesideTokens { get; } = s_commonWord.Union(s_joiners);

    public static CodePointSet Digits { get; } = CodePointSet.OfCategories(DecimalDigitNumber);

    /// <returns>The set of a Unicode category's short name, or null where there is none.</returns>
    public static CodePointSet? Find(string name) => s_categories.TryGetValue(name, out var categories) ? CodePointSet.OfCategories(categories) : null;
}
