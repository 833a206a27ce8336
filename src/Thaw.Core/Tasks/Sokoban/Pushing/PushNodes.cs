using System.Runtime.InteropServices;

namespace Thaw.Core.Tasks.Sokoban.Pushing;

/// <summary>What a search knows about one position.</summary>
[StructLayout(LayoutKind.Auto)]
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
internal sealed class PushNodes(int liveCells)
{
    private const int None = -1;
    private const int FirstCapacity = 1 << 10;

    private ulong[] _boxes = new ulong[FirstCapacity * WordsFor(liveCells)];
    private PushNode[] _nodes = new PushNode[FirstCapacity];
    private int[] _slots = Empty(FirstCapacity * 2);

    public int Count { get; private set; }

    /// <summary>Words of a set of boxes.</summary>
    public int Words { get; } = WordsFor(liveCells);

    /// <summary>Bytes for each position, tables included, at the fullest.</summary>
    public static int BytesFor(int liveCells) => (WordsFor(liveCells) * sizeof(ulong)) + 24 + (4 * sizeof(int));

    /// <summary>Positions that fit in arrays, whatever memory there is.</summary>
    public static int MostFor(int liveCells) => (1 << 28) / WordsFor(liveCells);

    public ref PushNode this[int number] => ref _nodes[number];

    public ReadOnlySpan<ulong> BoxesOf(int number) => _boxes.AsSpan(number * Words, Words);

    /// <summary>The number of the cheapest node with this position, or -1.</summary>
    public int Find(ReadOnlySpan<ulong> boxes, int player)
    {
        for (var slot = SlotOf(boxes, player); _slots[slot] is >= 0 and var number; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_nodes[number].Player == player && BoxesOf(number).SequenceEqual(boxes))
            {
                return number;
            }
        }

        return None;
    }

    /// <summary>Adds a node for a position that is new, or that <paramref name="known"/> has at a higher cost, which becomes stale.</summary>
    public int Add(ReadOnlySpan<ulong> boxes, PushNode node, int known)
    {
        if (Count == _nodes.Length)
        {
            Grow();
        }

        var number = Count++;
        boxes.CopyTo(_boxes.AsSpan(number * Words));
        _nodes[number] = node;
        if (known >= 0)
        {
            _nodes[known].IsStale = true;
        }

        Put(number, known);
        return number;
    }

    private static int WordsFor(int liveCells) => (liveCells + 63) / 64;

    private static int[] Empty(int length)
    {
        var slots = new int[length];
        Array.Fill(slots, None);
        return slots;
    }

    // The slots stay at least twice as many as the nodes, so that a free one always ends a chain.
    private void Grow()
    {
        Array.Resize(ref _nodes, _nodes.Length * 2);
        Array.Resize(ref _boxes, _boxes.Length * 2);
        _slots = Empty(_slots.Length * 2);
        for (var number = 0; number < Count; number++)
        {
            if (!_nodes[number].IsStale)
            {
                Put(number, None);
            }
        }
    }

    // Takes over the slot of 'known', or the first free one.
    private void Put(int number, int known)
    {
        var slot = SlotOf(BoxesOf(number), _nodes[number].Player);
        while (_slots[slot] != known && _slots[slot] >= 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = number;
    }

    private int SlotOf(ReadOnlySpan<ulong> boxes, int player)
    {
        unchecked
        {
            var hash = ((ulong)player + 1) * 0x9E3779B97F4A7C15UL;
            foreach (var word in boxes)
            {
                hash = (hash ^ word) * 0xBF58476D1CE4E5B9UL;
                hash ^= hash >> 29;
            }

            return (int)((hash * 0x94D049BB133111EBUL) >> 33) & (_slots.Length - 1);
        }
    }
}
