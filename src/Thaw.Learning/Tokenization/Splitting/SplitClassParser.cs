using System.Globalization;
using System.Text;

namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>Reads what stands for one character in a split expression: a literal, an escape, or a class in brackets.</summary>
internal sealed class SplitClassParser(string pattern)
{
    private const int MaxDepth = 20;

    public static FormatException Bad(int at, string cause) => new($"at character {at + 1}: {cause}.");

    public CodePointSet ReadSet(ref int at) => pattern[at] switch
    {
        '[' => ReadClass(ref at, 0),
        '\\' => ReadEscape(ref at),
        _ => CodePointSet.Of(ReadLiteral(ref at)),
    };

    private CodePointSet ReadClass(ref int at, int depth)
    {
        if (depth == MaxDepth)
        {
            throw Bad(at, "classes are nested too deep");
        }

        var start = at++;
        var negates = At(at) == '^';
        at += negates ? 1 : 0;
        if (At(at) is ']' or ':')
        {
            throw Bad(at, $"'{At(at)}' at the beginning of a class is not supported");
        }

        var (all, part) = (CodePointSet.Empty.Complement(), CodePointSet.Empty);
        while (At(at) != ']')
        {
            if (at >= pattern.Length)
            {
                throw Bad(start, "']' is missing");
            }

            if (At(at) == '&' && At(at + 1) == '&')
            {
                (all, part) = (all.Intersect(part), CodePointSet.Empty);
                at += 2;
                continue;
            }

            part = part.Union(At(at) == '[' ? ReadClass(ref at, depth + 1) : ReadItem(ref at));
        }

        at++;
        var set = all.Intersect(part);
        return negates ? set.Complement() : set;
    }

    private CodePointSet ReadItem(ref int at)
    {
        var set = At(at) == '\\' ? ReadEscape(ref at) : CodePointSet.Of(ReadLiteral(ref at));
        if (At(at) != '-' || At(at + 1) == ']')
        {
            return set;
        }

        var dash = at++;
        var first = set.Single;
        var last = first < 0 || At(at) == '[' ? -1 : At(at) == '\\' ? ReadEscape(ref at).Single : ReadLiteral(ref at);
        return first <= last && last >= 0 ? CodePointSet.Of((first, last)) : throw Bad(dash, "'-' must stand between two characters in order, or at the end of the class");
    }

    private int ReadLiteral(ref int at)
    {
        if (at >= pattern.Length)
        {
            throw Bad(at, "the expression ends too early");
        }

        var rune = Rune.GetRuneAt(pattern, at);
        at += rune.Utf16SequenceLength;
        return rune.Value;
    }

    private CodePointSet ReadEscape(ref int at)
    {
        var start = at++;
        if (at >= pattern.Length)
        {
            throw Bad(start, "the expression ends with '\\'");
        }

        var letter = pattern[at++];
        return letter switch
        {
            's' => CodePointSet.WhiteSpace,
            'S' => CodePointSet.WhiteSpace.Complement(),
            'd' => CharacterProperties.Digits,
            'D' => CharacterProperties.Digits.Complement(),
            'w' => CharacterProperties.WordOfExpressions,
            'W' => CharacterProperties.WordOfExpressions.Complement(),
            'n' => CodePointSet.Of('\n'),
            'r' => CodePointSet.Of('\r'),
            't' => CodePointSet.Of('\t'),
            'f' => CodePointSet.Of('\f'),
            'v' => CodePointSet.Of('\v'),
            'p' or 'P' => ReadProperty(ref at, start, letter == 'P'),
            'u' => CodePointSet.Of(Hex(at, at += 4, start)),
            'x' => ReadHex(ref at, start),
            < (char)0x80 when !char.IsAsciiLetterOrDigit(letter) => CodePointSet.Of(letter),
            _ => throw Bad(start, $"the escape '\\{letter}' is not supported"),
        };
    }

    private CodePointSet ReadProperty(ref int at, int start, bool negates)
    {
        var end = At(at) == '{' ? pattern.IndexOf('}', at) : -1;
        if (end < 0)
        {
            throw Bad(start, "a property must be spelt \\p{..}");
        }

        var name = pattern[(at + 1)..end];
        at = end + 1;
        var inverted = name.StartsWith('^');
        var set = CharacterProperties.Find(inverted ? name[1..] : name) ?? throw Bad(start, $"the property '{name}' is not supported, only Unicode categories are");
        return negates != inverted ? set.Complement() : set;
    }

    private CodePointSet ReadHex(ref int at, int start)
    {
        var braced = At(at) == '{';
        var end = braced ? pattern.IndexOf('}', at) : at + 2;
        var value = Hex(braced ? at + 1 : at, end, start);
        if (!braced && value > 0x7F)
        {
            throw Bad(start, "a byte beyond 7F is not supported");
        }

        at = braced ? end + 1 : end;
        return CodePointSet.Of(value);
    }

    private int Hex(int from, int to, int start) =>
        to > from && to <= pattern.Length && to - from <= 6
        && int.TryParse(pattern.AsSpan(from, to - from), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && Rune.IsValid(value)
            ? value
            : throw Bad(start, "a code point must be spelt \\xHH, \\x{H..} or \\uHHHH");

    private char At(int at) => at < pattern.Length ? pattern[at] : '\0';
}
