using Thaw.Learning.Training;

namespace Thaw.Learning.Distribution;

/// <summary>Shares the rows of a step out among the ranks.</summary>
/// <remarks>
/// Rows that begin alike stay together, so that each rank computes their beginning once: they are put in the order of their tokens
/// and cut where the tokens before reach each rank's part. A pure function of the rows; a rank may get none.
/// </remarks>
internal static class RowShares
{
    public static IReadOnlyList<TrainingExample> Of(IReadOnlyList<TrainingExample> rows, int rank, int count)
    {
        if (count == 1)
        {
            return rows;
        }

        var total = rows.Sum(row => (long)row.Ids.Length);
        var share = new List<TrainingExample>();
        var before = 0L;
        foreach (var row in rows.OrderBy(row => row, s_byTokens))
        {
            // By the middle of the row: the shares then differ by at most one row's tokens.
            if ((((2 * before) + row.Ids.Length) * count / Math.Max(1, 2 * total)) == rank)
            {
                share.Add(row);
            }

            before += row.Ids.Length;
        }

        return share;
    }

    private static readonly Comparer<TrainingExample> s_byTokens = Comparer<TrainingExample>.Create((a, b) => a.Ids.AsSpan().SequenceCompareTo(b.Ids));
}
