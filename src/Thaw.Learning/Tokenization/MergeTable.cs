namespace Thaw.Learning.Tokenization;

/// <summary>Which neighbouring tokens become one, and how urgently; applies them to a piece, the most urgent first, the leftmost among equals.</summary>
internal sealed class MergeTable
{
    private const int None = -1;

    /// <summary>Up to here a scan for the best pair beats a heap.</summary>
    private const int ScanLimit = 32;

    private readonly Dictionary<ulong, (int Rank, int Id)> _merges = [];

    public void Add(int left, int right, int rank, int id) => _merges[Key(left, right)] = (rank, id);

    /// <summary>Merges in place.</summary>
    /// <returns>How many tokens are left at the start of the span.</returns>
    public int Apply(Span<int> tokens) => tokens.Length <= ScanLimit ? Scan(tokens) : MergeByHeap(tokens);

    /// <summary>Time grows with the square of the length.</summary>
    internal int Scan(Span<int> tokens)
    {
        var count = tokens.Length;
        var ranks = count <= ScanLimit ? stackalloc int[count] : new int[count];
        for (var i = 0; i < count - 1; i++)
        {
            ranks[i] = RankOf(tokens[i], tokens[i + 1]);
        }

        while (count > 1)
        {
            var best = 0;
            for (var i = 1; i < count - 1; i++)
            {
                best = ranks[i] < ranks[best] ? i : best;
            }

            if (ranks[best] == int.MaxValue)
            {
                break;
            }

            tokens[best] = _merges[Key(tokens[best], tokens[best + 1])].Id;
            tokens[(best + 2)..count].CopyTo(tokens[(best + 1)..]);
            ranks[(best + 1)..(count - 1)].CopyTo(ranks[best..]);
            count--;
            if (best < count - 1)
            {
                ranks[best] = RankOf(tokens[best], tokens[best + 1]);
            }

            if (best > 0)
            {
                ranks[best - 1] = RankOf(tokens[best - 1], tokens[best]);
            }
        }

        return count;
    }

    /// <summary>Time grows with n log n, so a piece of a million equal characters is no danger.</summary>
    internal int MergeByHeap(Span<int> tokens)
    {
        var (next, previous) = (new int[tokens.Length], new int[tokens.Length]);
        var heap = new PriorityQueue<(int Left, int Rank), ulong>(tokens.Length);
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
            if (tokens[left] == None || right == None || !_merges.TryGetValue(Key(tokens[left], tokens[right]), out var merge) || merge.Rank != candidate.Rank)
            {
                continue;
            }

            tokens[left] = merge.Id;
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

    private void Offer(PriorityQueue<(int Left, int Rank), ulong> heap, Span<int> tokens, int left, int right)
    {
        if (_merges.TryGetValue(Key(tokens[left], tokens[right]), out var merge))
        {
            heap.Enqueue((left, merge.Rank), Key(merge.Rank, left));
        }
    }

    private int RankOf(int left, int right) => _merges.TryGetValue(Key(left, right), out var merge) ? merge.Rank : int.MaxValue;

    private static ulong Key(int high, int low) => ((ulong)(uint)high << 32) | (uint)low;
}
