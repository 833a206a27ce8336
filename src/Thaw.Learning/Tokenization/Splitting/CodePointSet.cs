using System.Globalization;
using System.Text;

namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>A set of Unicode code points, as ranges in order that do not touch.</summary>
internal sealed class CodePointSet
{
    public const int LastCodePoint = 0x10FFFF;

    private static readonly Lazy<CodePointSet[]> s_categories = new(ReadCategories);

    private readonly (int First, int Last)[] _ranges;

    private CodePointSet((int First, int Last)[] ranges) => _ranges = ranges;

    public static CodePointSet Empty { get; } = new([]);

    /// <summary>Characters with the property White_Space: what the reference's <c>\s</c> is.</summary>
    public static CodePointSet WhiteSpace { get; } = Of(
        (0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F),
        (0x3000, 0x3000));

    public IReadOnlyList<(int First, int Last)> Ranges => _ranges;

    /// <summary>The only member, or -1 where there are none or more.</summary>
    public int Single => _ranges is [var (first, last)] && first == last ? first : -1;

    public static CodePointSet Of(params (int First, int Last)[] ranges)
    {
        Array.Sort(ranges);
        var joined = new List<(int First, int Last)>(ranges.Length);
        foreach (var (first, last) in ranges)
        {
            if (joined.Count > 0 && first <= joined[^1].Last + 1)
            {
                joined[^1] = (joined[^1].First, Math.Max(last, joined[^1].Last));
            }
            else
            {
                joined.Add((first, last));
            }
        }

        return new CodePointSet([.. joined]);
    }

    public static CodePointSet Of(int codePoint) => Of((codePoint, codePoint));

    /// <summary>All code points of the categories, in the Unicode version of the running .NET; unassigned ones are in <see cref="UnicodeCategory.OtherNotAssigned"/>.</summary>
    public static CodePointSet OfCategories(params IEnumerable<UnicodeCategory> categories) =>
        categories.Select(category => s_categories.Value[(int)category]).Aggregate(Empty, (all, next) => all.Union(next));

    public CodePointSet Union(CodePointSet other) => Of([.. _ranges, .. other._ranges]);

    public CodePointSet Complement()
    {
        var gaps = new List<(int, int)>();
        var next = 0;
        foreach (var (first, last) in _ranges)
        {
            if (next < first)
            {
                gaps.Add((next, first - 1));
            }

            next = last + 1;
        }

        if (next <= LastCodePoint)
        {
            gaps.Add((next, LastCodePoint));
        }

        return new CodePointSet([.. gaps]);
    }

    public CodePointSet Intersect(CodePointSet other) => Complement().Union(other.Complement()).Complement();

    public bool Overlaps(CodePointSet other) => Intersect(other)._ranges.Length > 0;

    public bool Contains(int codePoint)
    {
        var (low, high) = (0, _ranges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ranges[middle].Last < codePoint ? (middle + 1, high) : (low, middle);
        }

        return low < _ranges.Length && _ranges[low].First <= codePoint;
    }

    private static CodePointSet[] ReadCategories()
    {
        var ranges = new List<(int First, int Last)>[(int)UnicodeCategory.OtherNotAssigned + 1];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = [];
        }

        for (var codePoint = 0; codePoint <= LastCodePoint; codePoint++)
        {
            var members = ranges[(int)(Rune.IsValid(codePoint) ? Rune.GetUnicodeCategory(new Rune(codePoint)) : UnicodeCategory.Surrogate)];
            if (members.Count > 0 && members[^1].Last == codePoint - 1)
            {
                members[^1] = (members[^1].First, codePoint);
            }
            else
            {
                members.Add((codePoint, codePoint));
            }
        }

        return [.. ranges.Select(members => new CodePointSet([.. members]))];
    }
}
