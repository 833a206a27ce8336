using System.Numerics;

namespace Thaw.Learning.Tokenization;

/// <summary>Which neighbouring tokens become one, and how urgently; applies them to a piece, the most urgent first, the leftmost among equals.</summary>
/// <remarks>A merge is one number, its rank above the id of its result, so that the smallest number is the most urgent merge.</remarks>
internal sealed class MergeTable
{
    private const int None = -1;
    private const ulong NoMerge = ulong.MaxValue;

    /// <summary>Up to here a scan for the best pair beats a heap.</summary>
    private const int ScanLimit = 100;

    // Open addressing, pair and merge side by side; no pair is 0 after the 1 that is added to it.
    private ulong[] _slots = new ulong[2 * 1024];
    private int _count;

    /// <summary>A pair that was added before takes the new rank and id.</summary>
    public void Add(int left, int right, int rank, int id)
    {
        if (4 * _count >= _slots.Length)
        {
            Grow();
        }

        Put(Pair(left, right), ((ulong)(uint)rank << 32) | (uint)id);
    }

    /// <summary>Merges in place.</summary>
    /// <returns>How many tokens are left at the start of the span.</returns>
    public int Apply(Span<int> tokens) => tokens.Length <= ScanLimit ? Scan(tokens) : MergeByHeap(tokens);

    /// <summary>Time grows with the square of the length.</summary>
    internal int Scan(Span<int> tokens)
    {
        var count = tokens.Length;
        var merges = count <= ScanLimit ? stackalloc ulong[count] : new ulong[count];
        for (var i = 0; i < count - 1; i++)
        {
            merges[i] = Find(tokens[i], tokens[i + 1]);
        }

        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i < count - 1; i++)
            {
                best = merges[i] < merges[best] ? i : best;
            }

            if (merges[best] == NoMerge)
            {
                break;
            }

            tokens[best] = (int)(uint)(merges[best] & uint.MaxValue);
            tokens[(best + 2)..count].CopyTo(tokens[(best + 1)..]);
            merges[(best + 1)..(count - 1)].CopyTo(merges[best..]);
            count--;
            if (best < count - 1)
            {
                merges[best] = Find(tokens[best], tokens[best + 1]);
            }

            if (best > 0)
            {
                merges[best - 1] = Find(tokens[best - 1], tokens[best]);
            }
        }

        return count;
    }

    /// <summary>Time grows with n log n, so a piece of a million equal characters is no danger.</summary>
    internal int MergeByHeap(Span<int> tokens)
    {
        var (next, previous) = (new int[tokens.Length], new int[tokens.Length]);
        var heap = new PriorityQueue<(int Left, ulong Merge), (uint Rank, int Left)>(tokens.Length);
        for (var i = 0; i < tokens.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < tokens.Length ? i + 1 : None);
        }

        for (var i = 0; i < tokens.Length - 1; i++)
        {
            Offer(heap, tokens, i, i + 1);
        }

        while (heap.TryDequeue(out var candidate, out _))
        {
            var left = candidate.Left;
            var right = next[left];

            // An entry goes stale when one of its tokens has been merged since.
            if (tokens[left] == None || right == None || Find(tokens[left], tokens[right]) != candidate.Merge)
            {
                continue;
            }

            tokens[left] = (int)(uint)(candidate.Merge & uint.MaxValue);
            tokens[right] = None;
            next[left] = next[right];
            if (next[left] != None)
            {
                previous[next[left]] = left;
                Offer(heap, tokens, left, next[left]);
            }

            if (previous[left] != None)
            {
                Offer(heap, tokens, previous[left], left);
            }
        }

        var count = 0;
        for (var i = 0; i != None && tokens.Length > 0; i = next[i])
        {
            tokens[count++] = tokens[i];
        }

        return count;
    }

    private void Offer(PriorityQueue<(int Left, ulong Merge), (uint Rank, int Left)> heap, Span<int> tokens, int left, int right)
    {
        if (Find(tokens[left], tokens[right]) is var merge and not NoMerge)
        {
            heap.Enqueue((left, merge), ((uint)(merge >> 32), left));
        }
    }

    private ulong Find(int left, int right)
    {
        var (slots, pair) = (_slots, Pair(left, right));
        for (var slot = SlotOf(pair); ; slot = (slot + 2) & (slots.Length - 1))
        {
            if (slots[slot] == pair)
            {
                return slots[slot + 1];
            }

            if (slots[slot] == 0)
            {
                return NoMerge;
            }
        }
    }

    private void Put(ulong pair, ulong merge)
    {
        var slot = SlotOf(pair);
        while (_slots[slot] != pair && _slots[slot] != 0)
        {
            slot = (slot + 2) & (_slots.Length - 1);
        }

        _count += _slots[slot] == 0 ? 1 : 0;
        (_slots[slot], _slots[slot + 1]) = (pair, merge);
    }

    private void Grow()
    {
        var old = _slots;
        (_slots, _count) = (new ulong[2 * old.Length], 0);
        for (var i = 0; i < old.Length; i += 2)
        {
            if (old[i] != 0)
            {
                Put(old[i], old[i + 1]);
            }
        }
    }

    private int SlotOf(ulong pair)
    {
        unchecked
        {
            // Fibonacci hashing: the high bits of the product are the well mixed ones.
            return (int)((pair * 0x9E3779B97F4A7C15) >> (65 - BitOperations.Log2((uint)_slots.Length))) << 1;
        }
    }

    private static ulong Pair(int left, int right) => (((ulong)(uint)left << 32) | (uint)right) + 1;
}
