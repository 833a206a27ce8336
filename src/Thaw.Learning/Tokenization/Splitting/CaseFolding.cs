namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>Widens sets to the other cases of their letters, as Oniguruma does where an expression ignores case.</summary>
internal static class CaseFolding
{
    private const int LongS = 'ſ', KelvinSign = 'K';

    private static readonly CodePointSet s_ascii = CodePointSet.Of((0, 0x7F));

    // Oniguruma takes one character for these two: ß, ﬀ, ﬁ, ﬂ, ﬅ and ﬆ.
    private static readonly string[] s_ligatures = ["ss", "ff", "fi", "fl", "st"];

    /// <param name="before">The set of the character before, in the same sequence.</param>
    /// <param name="at">Where the set stands in the expression.</param>
    /// <exception cref="FormatException">The set has more than ASCII, or a ligature stands for both characters: neither is supported.</exception>
    public static CodePointSet Fold(CodePointSet set, CodePointSet? before, int at)
    {
        if (set.Overlaps(s_ascii.Complement()))
        {
            throw SplitClassParser.Bad(at, "ignoring case is supported for ASCII only");
        }

        var folded = set;
        for (var lower = 'a'; lower <= 'z'; lower++)
        {
            if (set.Contains(lower) || set.Contains(char.ToUpperInvariant(lower)))
            {
                folded = folded.Union(CodePointSet.Of((lower, lower), (char.ToUpperInvariant(lower), char.ToUpperInvariant(lower))));
                folded = lower == 's' ? folded.Union(CodePointSet.Of(LongS)) : lower == 'k' ? folded.Union(CodePointSet.Of(KelvinSign)) : folded;
            }
        }

        return before is not null && Array.Exists(s_ligatures, pair => before.Contains(pair[0]) && folded.Contains(pair[1]))
            ? throw SplitClassParser.Bad(at, "ignoring case is not supported for letters that a ligature stands for")
            : folded;
    }
}
