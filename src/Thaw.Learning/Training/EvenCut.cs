namespace Thaw.Learning.Training;

/// <summary>Cuts a list into consecutive pieces of about the same cost, where a piece is dearer than what it adds to the one before.</summary>
internal static class EvenCut
{
    /// <param name="alone">The cost of each item where it begins a piece.</param>
    /// <param name="added">Its cost behind its neighbour.</param>
    /// <param name="count">Pieces; more where items are too many or too unlike for so few.</param>
    /// <param name="size">Items of a piece, at most.</param>
    /// <returns>Where each piece begins. The sum of the squares of their costs is the least, by dynamic programming: even pieces, and few cuts through what is shared.</returns>
    public static int[] Of(int[] alone, int[] added, int count, int size)
    {
        while (true)
        {
            if (TryCut(alone, added, count, size) is { } starts)
            {
                return starts;
            }

            count++;
        }
    }

    private static int[]? TryCut(int[] alone, int[] added, int count, int size)
    {
        var n = alone.Length;

        // Pieces far above the average are not looked at: that keeps many items of large steps cheap.
        var most = 2.0 * added.Sum(cost => (double)cost) / count;
        var (cost, start) = (new double[count + 1, n + 1], new int[count + 1, n + 1]);
        for (var end = 1; end <= n; end++)
        {
            cost[0, end] = double.PositiveInfinity;
        }

        for (var piece = 1; piece <= count; piece++)
        {
            cost[piece, 0] = double.PositiveInfinity;
            for (var end = 1; end <= n; end++)
            {
                cost[piece, end] = double.PositiveInfinity;
                var behind = 0.0;
                for (var first = end - 1; first >= Math.Max(0, end - size); first--)
                {
                    var own = behind + alone[first];
                    if (own > most && first < end - 1)
                    {
                        break;
                    }

                    var total = cost[piece - 1, first] + (own * own);
                    if (total < cost[piece, end])
                    {
                        (cost[piece, end], start[piece, end]) = (total, first);
                    }

                    behind += added[first];
                }
            }
        }

        if (double.IsPositiveInfinity(cost[count, n]))
        {
            return null;
        }

        var starts = new int[count];
        for (var (piece, end) = (count, n); piece > 0; piece--)
        {
            end = starts[piece - 1] = start[piece, end];
        }

        return starts;
    }
}
