using Thaw.Core.Randomness;

namespace Thaw.Learning.Training;

/// <summary>An endless order over some rows: every pass has each of them once, in an order drawn anew. A pure function of seed and place.</summary>
/// <param name="label">Keeps the orders of different users of one seed apart.</param>
internal sealed class EpochOrder(int rows, ulong seed, string label)
{
    private int[] _order = [];
    private int _orderOf = -1;

    /// <param name="drawn">How many rows were drawn before.</param>
    public int Place(long drawn)
    {
        var epoch = (int)(drawn / rows);
        if (epoch != _orderOf)
        {
            _order = [.. Enumerable.Range(0, rows)];
            SplitMix64.For(seed, $"{label}/epoch/{epoch}").Shuffle(_order);
            _orderOf = epoch;
        }

        return _order[drawn % rows];
    }
}
