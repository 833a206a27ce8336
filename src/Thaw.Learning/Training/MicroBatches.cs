namespace Thaw.Learning.Training;

/// <summary>Cuts the rows of a step into batches whose rows begin alike, so that as little as possible is computed twice.</summary>
internal static class MicroBatches
{
    /// <param name="size">Rows of a batch, at most.</param>
    public static IReadOnlyList<TokenBatch> Of(IReadOnlyList<TrainingExample> rows, int size)
    {
        // Rows in the order of their tokens stand beside those with the longest common beginning.
        var sorted = rows.OrderBy(row => row, s_byTokens).ToList();
        var batches = new List<TokenBatch>();
        for (var start = 0; start < sorted.Count;)
        {
            var end = Math.Min(start + size, sorted.Count);
            end = start + 1 + sorted.GetRange(start + 1, end - start - 1).TakeWhile(row => BeginsAlike(sorted[start], row)).Count();
            batches.Add(TokenBatch.Of(sorted.GetRange(start, end - start)));
            start = end;
        }

        return batches;
    }

    private static readonly Comparer<TrainingExample> s_byTokens = Comparer<TrainingExample>.Create((a, b) => a.Ids.AsSpan().SequenceCompareTo(b.Ids));

    // Another first quarter means another kind of row: its shared beginning would be lost to both.
    private static bool BeginsAlike(TrainingExample a, TrainingExample b)
    {
        var common = a.Ids.AsSpan().CommonPrefixLength(b.Ids);
        return common * 4 >= Math.Max(a.Ids.Length, b.Ids.Length);
    }
}
