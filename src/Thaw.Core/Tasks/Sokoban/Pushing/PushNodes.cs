using System.Runtime.InteropServices;

namespace Thaw.Core.Tasks.Sokoban.Pushing;

/// <summary>What a search knows about one position; <see cref="PushNodes.NodeWords"/> words long.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PushNode
{
    /// <summary>Moves from the start.</summary>
    public int Cost;

    /// <summary>Lower bound on the moves to a solution.</summary>
    public int Bound;

    /// <summary>Number of the position before the push; -1 for the start.</summary>
    public int Parent;

    /// <summary>The node behind this one in its bucket of <see cref="BucketQueue"/>; -1 for none.</summary>
    public int Next;

    public int Player;

    /// <summary>Direction of the push that led here.</summary>
    public byte Push;

    /// <summary>A cheaper way to the same position has been found since.</summary>
    public bool IsStale;
}

/// <summary>The positions of a search, numbered in the order of their arrival: boxes as bits, and a hash table over boxes and player.</summary>
/// <remarks>
/// Large searches wait for memory more than for anything else. So a position lies beside what is known about it, and a slot of the table
/// holds half of the hash with the number, which tells most strangers without a look at them.
/// </remarks>
internal sealed class PushNodes
{
    public const int NodeWords = 3;

    private const int None = -1;
    private const int FirstCapacity = 1 << 10;

    private readonly int _stride;
    private ulong[] _records;

    // The upper half of the hash above the number plus one; 0 is a free slot.
    private ulong[] _slots = new ulong[FirstCapacity * 2];
    private int _capacity = FirstCapacity;

    public PushNodes(int liveCells)
    {
        Words = WordsFor(liveCells);
        _stride = Words + NodeWords;
        _records = new ulong[FirstCapacity * _stride];
    }

    public int Count { get; private set; }

    /// <summary>Words of a set of boxes.</summary>
    public int Words { get; }

    /// <summary>Bytes for each position, tables included, at the fullest.</summary>
    public static int BytesFor(int liveCells) => (WordsFor(liveCells) + NodeWords + 4) * sizeof(ulong);

    /// <summary>Positions that fit in arrays, whatever memory there is.</summary>
    public static int MostFor(int liveCells) => (1 << 28) / WordsFor(liveCells);

    public ref PushNode this[int number] => ref MemoryMarshal.AsRef<PushNode>(MemoryMarshal.AsBytes(_records.AsSpan((number * _stride) + Words, NodeWords)));

    public ReadOnlySpan<ulong> BoxesOf(int number) => _records.AsSpan(number * _stride, Words);

    public static ulong HashOf(ReadOnlySpan<ulong> boxes, int player)
    {
        unchecked
        {
            var hash = ((ulong)player + 1) * 0x9E3779B97F4A7C15UL;
            foreach (var word in boxes)
            {
                hash = (hash ^ word) * 0xBF58476D1CE4E5B9UL;
                hash ^= hash >> 29;
            }

            return hash * 0x94D049BB133111EBUL;
        }
    }

    /// <summary>Reads the slot where a search for <paramref name="hash"/> begins, so that it is at hand when <see cref="Find"/> needs it.</summary>
    /// <returns>Nothing of meaning; used, it keeps the read from being left out.</returns>
    public ulong Touch(ulong hash) => _slots[SlotOf(hash)];

    /// <summary>The number of the cheapest node with this position, or -1.</summary>
    public int Find(ReadOnlySpan<ulong> boxes, int player, ulong hash)
    {
        for (var slot = SlotOf(hash); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_slots[slot] >> 32 == hash >> 32)
            {
                var number = NumberIn(slot);
                if (this[number].Player == player && BoxesOf(number).SequenceEqual(boxes))
                {
                    return number;
                }
            }
        }

        return None;
    }

    /// <summary>Adds a node for a position that is new, or that <paramref name="known"/> has at a higher cost, which becomes stale.</summary>
    public int Add(ReadOnlySpan<ulong> boxes, PushNode node, int known, ulong hash)
    {
        if (Count == _capacity)
        {
            Grow();
        }

        var number = Count++;
        boxes.CopyTo(_records.AsSpan(number * _stride));
        this[number] = node;
        if (known >= 0)
        {
            this[known].IsStale = true;
        }

        Put(number, known, hash);
        return number;
    }

    private static int WordsFor(int liveCells) => (liveCells + 63) / 64;

    private int NumberIn(int slot) => (int)(uint)(_slots[slot] & uint.MaxValue) - 1;

    // The slots stay at least twice as many as the nodes, so that a free one always ends a chain.
    private void Grow()
    {
        _capacity *= 2;
        Array.Resize(ref _records, _capacity * _stride);
        _slots = new ulong[_capacity * 2];
        for (var number = 0; number < Count; number++)
        {
            if (!this[number].IsStale)
            {
                Put(number, None, HashOf(BoxesOf(number), this[number].Player));
            }
        }
    }

    // Takes over the slot of 'known', or the first free one.
    private void Put(int number, int known, ulong hash)
    {
        var slot = SlotOf(hash);
        while (_slots[slot] != 0 && NumberIn(slot) != known)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = (hash & 0xFFFFFFFF00000000UL) | (uint)(number + 1);
    }

    // The lower half decides the slot, the upper one is held in it.
    private int SlotOf(ulong hash) => (int)(((hash ^ (hash >> 32)) & int.MaxValue) & (ulong)(_slots.Length - 1));
}
