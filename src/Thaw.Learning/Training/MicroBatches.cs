namespace Thaw.Learning.Training;

/// <summary>Cuts the examples of a step into batches, so that as little as possible is computed twice and threads get equal shares.</summary>
internal static class MicroBatches
{
    /// <summary>Tokens of a batch of trees or packed rows: more do not fit into the caches between two operators, fewer cost calls.</summary>
    /// <remarks>Measured on the base model, see docs/log.md, 2026-11-26.</remarks>
    internal const int BestTokens = 3072;

    /// <param name="size">Examples of a batch, at most.</param>
    /// <param name="layout">Null is <see cref="BatchLayout.Tree"/>.</param>
    /// <param name="workers">Batches that are computed at the same time: there are at least as many, if there are as many examples.</param>
    public static IReadOnlyList<TokenBatch> Of(IReadOnlyList<TrainingExample> examples, int size, BatchLayout? layout = null, int workers = 1)
    {
        if (examples.Count == 0)
        {
            return [];
        }

        size = Math.Max(1, Math.Min(size, (examples.Count + workers - 1) / workers));
        layout ??= BatchLayout.Tree;
        return layout.PrefixSharing ? Trees(examples, size, layout.RowTokens, workers)
            : layout.Packing ? Packed(examples, size, layout.RowTokens, workers)
            : [.. examples.Chunk(size).Select(rows => TokenBatch.Of([.. rows.Select(row => new[] { row })], sharesPrefixes: false))];
    }

    /// <remarks>Sorted by their tokens, examples with a long common beginning are neighbours, and the tokens of a forest are the sum of what each adds to its neighbour.</remarks>
    private static TokenBatch[] Trees(IReadOnlyList<TrainingExample> examples, int size, int rowTokens, int workers)
    {
        var sorted = examples.OrderBy(example => example, s_byTokens).ToArray();
        var added = sorted.Select((example, i) => example.Ids.Length - (i > 0 ? example.SharedLength(sorted[i - 1]) : 0)).ToArray();
        var count = Count(added.Sum(tokens => (long)tokens), examples.Count, size, workers);
        var starts = EvenCut.Of([.. sorted.Select(example => example.Ids.Length)], added, count, size);
        return [.. starts.Zip(starts.Skip(1).Append(sorted.Length)).Select(cut => TokenBatch.Of(Rows(cut.First, cut.Second), sharesPrefixes: true))];

        List<TrainingExample[]> Rows(int first, int end)
        {
            var rows = new List<TrainingExample[]>();
            var (start, tokens) = (first, 0L);
            for (var next = first; next < end; next++)
            {
                if (next > start && tokens + added[next] > rowTokens)
                {
                    rows.Add(sorted[start..next]);
                    (start, tokens) = (next, 0);
                }

                tokens += next == start ? sorted[next].Ids.Length : added[next];
            }

            rows.Add(sorted[start..end]);
            return rows;
        }
    }

    /// <summary>The longest first, each into the fullest row that it fits (best fit decreasing); then each row to the batch with the fewest tokens.</summary>
    private static TokenBatch[] Packed(IReadOnlyList<TrainingExample> examples, int size, int rowTokens, int workers)
    {
        var total = examples.Sum(example => (long)example.Ids.Length);
        var count = Count(total, examples.Count, size, workers);

        // No row may be so long that batches cannot be equal.
        var room = Math.Min(rowTokens, (total + count - 1) / count);
        var rows = new List<(List<TrainingExample> Examples, long Tokens)>();
        foreach (var example in examples.OrderByDescending(example => example.Ids.Length))
        {
            var best = Enumerable.Range(0, rows.Count)
                .Where(row => rows[row].Tokens + example.Ids.Length <= room && rows[row].Examples.Count < size)
                .DefaultIfEmpty(-1).MaxBy(row => row < 0 ? -1 : rows[row].Tokens);
            if (best < 0)
            {
                best = rows.Count;
                rows.Add(([], 0));
            }

            rows[best].Examples.Add(example);
            rows[best] = (rows[best].Examples, rows[best].Tokens + example.Ids.Length);
        }

        var batches = Enumerable.Range(0, count).Select(_ => new List<List<TrainingExample>>()).ToList();
        foreach (var (row, _) in rows.OrderByDescending(row => row.Tokens))
        {
            var free = batches.Where(batch => batch.Sum(r => r.Count) + row.Count <= size).MinBy(batch => batch.Sum(r => r.Sum(e => e.Ids.Length)));
            if (free is null)
            {
                batches.Add(free = []);
            }

            free.Add(row);
        }

        return [.. batches.Where(batch => batch.Count > 0).Select(batch => TokenBatch.Of(batch, sharesPrefixes: false))];
    }

    // A multiple of the workers, where there are enough examples.
    private static int Count(long tokens, int examples, int size, int workers)
    {
        var least = Math.Max((examples + size - 1) / size, (tokens + BestTokens - 1) / BestTokens);
        return (int)Math.Min(examples, (least + workers - 1) / workers * workers);
    }

    private static readonly Comparer<TrainingExample> s_byTokens = Comparer<TrainingExample>.Create((a, b) => a.Ids.AsSpan().SequenceCompareTo(b.Ids));
}
