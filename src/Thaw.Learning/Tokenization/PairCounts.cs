using System.Runtime.InteropServices;

namespace Thaw.Learning.Tokenization;

/// <summary>How often each pair of neighbouring tokens occurs in a table of pieces, kept true while pairs are merged.</summary>
internal sealed class PairCounts
{
    private readonly List<int[]> _pieces = [];
    private readonly List<long> _weights = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];

    /// <summary>The pieces in which a pair occurs or once occurred.</summary>
    private readonly Dictionary<(int Left, int Right), List<int>> _piecesWith = [];

    /// <summary>Counts that were true when they were queued; a count can since have fallen, never risen unqueued.</summary>
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();

    public PairCounts(IEnumerable<(int[] Tokens, long Weight)> pieces)
    {
        foreach (var (tokens, weight) in pieces)
        {
            _pieces.Add(tokens);
            _weights.Add(weight);
            Count(_pieces.Count - 1, sign: 1);
            List(_pieces.Count - 1, newToken: null);
        }

        foreach (var (pair, count) in _counts)
        {
            _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
        }
    }

    /// <returns>The pair that occurs most often, the smallest ids among equals, or null where no pair is left.</returns>
    public (int Left, int Right)? TakeMostFrequent()
    {
        while (_queue.TryDequeue(out var pair, out var priority))
        {
            var count = _counts.GetValueOrDefault(pair);
            if (count == -priority.NegativeCount)
            {
                return pair;
            }

            if (count > 0)
            {
                _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
            }
        }

        return null;
    }

    /// <summary>Replaces the pair by <paramref name="id"/>, from the left, in every piece that has it.</summary>
    public void Merge(int left, int right, int id)
    {
        var touched = new HashSet<(int Left, int Right)>();
        _piecesWith.Remove((left, right), out var pieces);
        foreach (var piece in pieces ?? [])
        {
            Count(piece, sign: -1);
            _pieces[piece] = Replace(_pieces[piece], left, right, id);
            Count(piece, sign: 1);
            touched.UnionWith(List(piece, newToken: id));
        }

        foreach (var pair in touched)
        {
            _queue.Enqueue(pair, (-_counts[pair], pair.Left, pair.Right));
        }
    }

    private static int[] Replace(int[] tokens, int left, int right, int id)
    {
        var replaced = new List<int>(tokens.Length);
        for (var i = 0; i < tokens.Length; i++)
        {
            if (i + 1 < tokens.Length && tokens[i] == left && tokens[i + 1] == right)
            {
                replaced.Add(id);
                i++;
            }
            else
            {
                replaced.Add(tokens[i]);
            }
        }

        return [.. replaced];
    }

    private void Count(int piece, int sign)
    {
        var tokens = _pieces[piece];
        for (var i = 0; i + 1 < tokens.Length; i++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, (tokens[i], tokens[i + 1]), out _) += sign * _weights[piece];
        }
    }

    /// <summary>Remembers the piece for its pairs with a new token, the only ones that can have become more frequent, or for all its pairs.</summary>
    /// <returns>Those pairs.</returns>
    private List<(int Left, int Right)> List(int piece, int? newToken)
    {
        var listed = new List<(int, int)>();
        var tokens = _pieces[piece];
        for (var i = 0; i + 1 < tokens.Length; i++)
        {
            var pair = (tokens[i], tokens[i + 1]);
            if (newToken is { } token && pair.Item1 != token && pair.Item2 != token)
            {
                continue;
            }

            listed.Add(pair);
            ref var pieces = ref CollectionsMarshal.GetValueRefOrAddDefault(_piecesWith, pair, out _);
            pieces ??= [];
            if (pieces.Count == 0 || pieces[^1] != piece)
            {
                pieces.Add(piece);
            }
        }

        return listed;
    }
}
