using System.Globalization;
using System.Text;

namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>Reads a regular expression in the spelling of Oniguruma, as far as tokenizer files use it.</summary>
/// <remarks>
/// Literals, classes with ranges, negation, nesting and <c>&amp;&amp;</c>, <c>\p{..}</c> of Unicode categories, groups, <c>(?i:...)</c>, choices,
/// quantifiers, and looking ahead at one character. All else is an error: an approximation would give other tokens than those of the training.
/// </remarks>
internal sealed class SplitParser
{
    /// <summary>Of one counted quantifier, and of the nesting of groups.</summary>
    private const int MaxCount = 256;
    private const int MaxDepth = 50;
    private const int MaxLength = 4000;

    private readonly string _pattern;
    private readonly SplitClassParser _classes;
    private int _at;
    private int _depth;
    private bool _ignoresCase;

    private SplitParser(string pattern) => (_pattern, _classes) = (pattern, new SplitClassParser(pattern));

    /// <exception cref="FormatException">The expression is malformed or asks for something unsupported; the message says at which character.</exception>
    public static SplitNode Parse(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            throw new FormatException($"more than {MaxLength} characters are not supported.");
        }

        var parser = new SplitParser(pattern);
        var node = parser.ReadChoice();
        return parser._at == pattern.Length ? node : throw parser.Bad("')' without '('");
    }

    private FormatException Bad(string cause) => SplitClassParser.Bad(_at, cause);

    private bool IsNext(string text) => string.CompareOrdinal(_pattern, _at, text, 0, text.Length) == 0;

    private bool Skip(string text)
    {
        var found = IsNext(text);
        _at += found ? text.Length : 0;
        return found;
    }

    private SplitNode ReadChoice()
    {
        var options = new List<SplitNode> { ReadSequence() };
        while (Skip("|"))
        {
            options.Add(ReadSequence());
        }

        return options.Count == 1 ? options[0] : new SplitNode.Choice(options);
    }

    private SplitNode.Sequence ReadSequence()
    {
        var parts = new List<SplitNode>();
        var possessive = new List<(int Part, int At)>();
        while (_at < _pattern.Length && !IsNext("|") && !IsNext(")"))
        {
            var atom = ReadAtom(parts.LastOrDefault());
            parts.Add(ReadQuantifiers(atom, () => possessive.Add((parts.Count, _at))));
        }

        foreach (var (part, at) in possessive)
        {
            CheckPossessive(parts, part, at);
        }

        return new SplitNode.Sequence(parts);
    }

    private SplitNode ReadAtom(SplitNode? before)
    {
        if (Skip("(?="))
        {
            return ReadAhead(isNegative: false);
        }

        if (Skip("(?!"))
        {
            return ReadAhead(isNegative: true);
        }

        if (Skip("(?i:"))
        {
            return ReadGroup(ignoresCase: true);
        }

        if (Skip("(?:"))
        {
            return ReadGroup(_ignoresCase);
        }

        if (IsNext("(?") || IsNext("(*"))
        {
            throw Bad($"the group '{_pattern[_at..Math.Min(_at + 4, _pattern.Length)]}' is not supported");
        }

        if (Skip("("))
        {
            return ReadGroup(_ignoresCase);
        }

        if (_pattern[_at] is '^' or '$' or '*' or '+' or '?' or '{' or '}' or ']')
        {
            throw Bad($"'{_pattern[_at]}' is not supported here");
        }

        if (Skip("."))
        {
            return new SplitNode.One(CodePointSet.Of('\n').Complement());
        }

        var place = _at;
        var set = _classes.ReadSet(ref _at);
        return new SplitNode.One(_ignoresCase ? CaseFolding.Fold(set, (before as SplitNode.One)?.Set, place) : set);
    }

    private SplitNode ReadGroup(bool ignoresCase)
    {
        if (++_depth > MaxDepth)
        {
            throw Bad("groups are nested too deep");
        }

        var outer = _ignoresCase;
        _ignoresCase = ignoresCase;
        var inner = ReadChoice();
        _ignoresCase = outer;
        _depth--;
        return Skip(")") ? inner : throw Bad("')' is missing");
    }

    private SplitNode.Ahead ReadAhead(bool isNegative)
    {
        var place = _at;
        var inner = ReadGroup(_ignoresCase);
        return inner is SplitNode.Sequence { Parts: [SplitNode.One one] }
            ? new SplitNode.Ahead(isNegative ? one.Set.Complement() : one.Set, AtEnd: isNegative)
            : throw SplitClassParser.Bad(place, "looking ahead at more than one character is not supported");
    }

    private SplitNode ReadQuantifiers(SplitNode atom, Action possessive)
    {
        if (_at == _pattern.Length || _pattern[_at] is not ('?' or '*' or '+' or '{'))
        {
            return atom;
        }

        if (atom.IsNullable)
        {
            throw Bad("repeating what can match nothing is not supported");
        }

        var counted = IsNext("{");
        var (min, max) = Skip("?") ? (0, 1) : Skip("*") ? (0, -1) : Skip("+") ? (1, -1) : ReadCount();
        var lazy = Skip("?");
        if (!lazy && !counted && Skip("+"))
        {
            possessive();
        }

        return _at < _pattern.Length && _pattern[_at] is '?' or '*' or '+' or '{'
            ? throw Bad("a quantifier of a quantifier is not supported")
            : new SplitNode.Repeat(atom, min, max, lazy);
    }

    private (int Min, int Max) ReadCount()
    {
        var end = _pattern.IndexOf('}', _at);
        var bounds = end < 0 ? [] : _pattern[(_at + 1)..end].Split(',');
        var min = bounds.Length > 0 && bounds[0].Length == 0 && bounds.Length == 2 ? 0 : Count(bounds.ElementAtOrDefault(0));
        var max = bounds.Length == 2 ? bounds[1].Length == 0 ? -1 : Count(bounds[1]) : min;
        if (min < 0 || bounds.Length is 0 or > 2 || max is < -1 or 0 || (max > 0 && max < min) || bounds is ["", ""])
        {
            throw Bad($"a quantifier must be {{n}}, {{n,}} or {{n,m}} with counts up to {MaxCount}");
        }

        _at = end + 1;
        return (min, max);
    }

    private static int Count(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MaxCount ? count : -2;

    // The automaton knows no possessive quantifier. Where giving a character back could never help, it means the same as the ordinary one:
    // if nothing must follow, or what follows cannot begin with what was taken.
    private static void CheckPossessive(List<SplitNode> parts, int part, int at)
    {
        var rest = new SplitNode.Sequence(parts[(part + 1)..]);
        if (parts[part] is not SplitNode.Repeat { Body: SplitNode.One taken } || (!rest.IsNullable && rest.First.Overlaps(taken.Set)) || rest.Parts.Any(p => p is SplitNode.Ahead))
        {
            throw SplitClassParser.Bad(at, "a possessive quantifier is not supported before what it could take itself");
        }
    }

    /// <returns>An expression that matches exactly this text.</returns>
    public static string Escape(string literal)
    {
        var pattern = new StringBuilder();
        foreach (var rune in literal.EnumerateRunes())
        {
            pattern.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
        }

        return pattern.ToString();
    }
}
