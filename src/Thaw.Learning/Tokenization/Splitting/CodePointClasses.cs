using System.Buffers;
using System.Text;

namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>Numbers code points so that two have the same number where no set of an expression tells them apart.</summary>
internal sealed class CodePointClasses
{
    private const int PageSize = 256;

    /// <summary>So that one bit a set and one byte a class are enough.</summary>
    private const int MaxSets = 64, MaxClasses = 250;

    private readonly byte[] _ofAscii = new byte[128];
    private readonly ushort[] _pageOf = new ushort[(CodePointSet.LastCodePoint + 1) / PageSize];
    private readonly byte[] _pages;
    private readonly List<int> _examples = [];

    /// <exception cref="FormatException">There are more sets or classes than are supported.</exception>
    public CodePointClasses(IReadOnlyList<CodePointSet> sets)
    {
        var classOf = new byte[CodePointSet.LastCodePoint + 1];
        Number(sets, classOf);
        classOf.AsSpan(0, 128).CopyTo(_ofAscii);

        var pages = new Dictionary<string, ushort>();
        var content = new ArrayBufferWriter<byte>();
        for (var page = 0; page < _pageOf.Length; page++)
        {
            var members = classOf.AsSpan(page * PageSize, PageSize);
            var key = Encoding.Latin1.GetString(members);
            if (!pages.TryGetValue(key, out _pageOf[page]))
            {
                pages.Add(key, _pageOf[page] = (ushort)pages.Count);
                content.Write(members);
            }
        }

        _pages = content.WrittenSpan.ToArray();
    }

    /// <summary>A member of each class.</summary>
    public IReadOnlyList<int> Examples => _examples;

    public ReadOnlySpan<byte> OfAscii => _ofAscii;

    public int Of(int codePoint) => _pages[(_pageOf[codePoint >> 8] << 8) + (codePoint & (PageSize - 1))];

    private void Number(IReadOnlyList<CodePointSet> sets, byte[] classOf)
    {
        if (sets.Count > MaxSets)
        {
            throw new FormatException($"more than {MaxSets} different classes are not supported.");
        }

        // Where membership of a set begins or ends.
        var changes = new SortedDictionary<int, ulong> { [0] = 0 };
        for (var i = 0; i < sets.Count; i++)
        {
            foreach (var (first, last) in sets[i].Ranges)
            {
                changes[first] = changes.GetValueOrDefault(first) ^ (1UL << i);
                changes[last + 1] = changes.GetValueOrDefault(last + 1) ^ (1UL << i);
            }
        }

        var numbers = new Dictionary<ulong, byte>();
        var (start, membership) = (0, 0UL);
        foreach (var (place, change) in changes.Append(KeyValuePair.Create(CodePointSet.LastCodePoint + 1, 0UL)))
        {
            if (place > start)
            {
                classOf.AsSpan(start..Math.Min(place, classOf.Length)).Fill(NumberOf(membership, start, numbers));
                start = place;
            }

            membership ^= change;
        }
    }

    private byte NumberOf(ulong membership, int example, Dictionary<ulong, byte> numbers)
    {
        if (!numbers.TryGetValue(membership, out var number))
        {
            if (numbers.Count == MaxClasses)
            {
                throw new FormatException($"more than {MaxClasses} kinds of characters are not supported.");
            }

            numbers.Add(membership, number = (byte)numbers.Count);
            _examples.Add(example);
        }

        return number;
    }
}
