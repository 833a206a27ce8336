using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Thaw.Learning.Tokenization;

/// <summary>Cuts text at the matches of regular expressions; the parts between matches are pieces too, so that nothing is lost.</summary>
/// <remarks>
/// .NET matches UTF-16 units, so <c>\p{L}</c> would miss letters beyond U+FFFF, and <c>[^...]</c> would take half of one. Text with such
/// characters is therefore matched on a stand-in with one unit a character: each is replaced by a character of the same Unicode category from
/// the basic plane. This is exact for expressions that name such characters by category only, as all published ones do.
/// </remarks>
internal sealed class PieceSplitter
{
    private const char LongS = 'ſ';

    // A tokenizer file may come from a stranger: an expression that explodes must end.
    private static readonly TimeSpan s_matchLimit = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<UnicodeCategory, char> s_standIns = FindStandIns();

    private readonly Regex[] _stages;

    // The reference folds ſ to s where case is ignored; .NET does not.
    private readonly bool _foldsLongS;

    /// <exception cref="ArgumentException">.NET cannot read an expression.</exception>
    public PieceSplitter(IReadOnlyList<string> patterns)
    {
        _stages = [.. patterns.Select(p => new Regex(p, RegexOptions.CultureInvariant | RegexOptions.Compiled, s_matchLimit))];
        _foldsLongS = patterns.Any(p => p.Contains("(?i", StringComparison.Ordinal));
    }

    /// <summary>Replaces <paramref name="ends"/> by the index behind each piece, the last of which is the length of the text.</summary>
    /// <param name="text">Well-formed UTF-16.</param>
    /// <exception cref="InvalidDataException">A match took longer than 20 s.</exception>
    public void Split(ReadOnlySpan<char> text, List<int> ends)
    {
        ends.Clear();
        try
        {
            if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0 && !(_foldsLongS && text.Contains(LongS)))
            {
                SplitUnits(text, ends);
                return;
            }

            var (units, offsets) = WithStandIns(text);
            SplitUnits(units, ends);
            for (var i = 0; i < ends.Count; i++)
            {
                ends[i] = offsets[ends[i]];
            }
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new InvalidDataException($"The split expression {error.Pattern} takes too long on this text.", error);
        }
    }

    private void SplitUnits(ReadOnlySpan<char> text, List<int> ends)
    {
        if (text.IsEmpty)
        {
            return;
        }

        ends.Add(text.Length);
        foreach (var stage in _stages)
        {
            var coarse = ends.ToArray();
            ends.Clear();
            var start = 0;
            foreach (var end in coarse)
            {
                SplitOnce(stage, text[start..end], start, ends);
                start = end;
            }
        }
    }

    private static void SplitOnce(Regex stage, ReadOnlySpan<char> text, int offset, List<int> ends)
    {
        var covered = 0;
        foreach (var match in stage.EnumerateMatches(text))
        {
            if (match.Length == 0)
            {
                continue;
            }

            if (match.Index > covered)
            {
                ends.Add(offset + match.Index);
            }

            covered = match.Index + match.Length;
            ends.Add(offset + covered);
        }

        if (covered < text.Length)
        {
            ends.Add(offset + text.Length);
        }
    }

    private (char[] Units, int[] Offsets) WithStandIns(ReadOnlySpan<char> text)
    {
        var units = new char[text.Length];
        var offsets = new int[text.Length + 1];
        var (count, offset) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            offsets[count] = offset;
            units[count++] = !rune.IsBmp ? s_standIns[Rune.GetUnicodeCategory(rune)]
                : _foldsLongS && rune.Value == LongS ? 's'
                : (char)rune.Value;
            offset += rune.Utf16SequenceLength;
        }

        offsets[count] = offset;
        return (units[..count], offsets);
    }

    private static Dictionary<UnicodeCategory, char> FindStandIns()
    {
        var standIns = new Dictionary<UnicodeCategory, char>();
        for (var c = '\u0250'; c < char.MaxValue; c++)
        {
            standIns.TryAdd(char.GetUnicodeCategory(c), c);
        }

        return standIns;
    }
}
