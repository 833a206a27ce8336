using Thaw.Learning.Models;

namespace Thaw.Learning.Generation;

/// <summary>Chooses what the next pass reads: what the rows need and nobody has computed, each token once.</summary>
internal sealed class PassPlanner(PrefixCache cache)
{
    private readonly Dictionary<long, int> _planned = [];
    private readonly Dictionary<int, int> _wanted = [];
    private readonly List<int> _ids = [];

    public DecodingPass Pass { get; } = new();

    /// <summary>Fills the pass from rows whose paths reach to their last token, and tells each its row of the logits.</summary>
    /// <param name="budget">Tokens that are read besides the last one of each row.</param>
    public void Plan(List<ActiveRow> rows, int budget)
    {
        Pass.Clear();
        _planned.Clear();
        _wanted.Clear();
        foreach (var row in rows)
        {
            budget -= Plan(row, budget);
        }
    }

    private int Plan(ActiveRow row, int budget)
    {
        row.LogitsRow = -1;
        var path = row.Path;
        var last = path.Length - 1;
        while (row.Computed < last && cache.IsComputed((int)path[row.Computed]))
        {
            row.Computed++;
        }

        // Behind what is computed stands what other rows read in this pass, then what is left to this one.
        var first = row.Computed;
        while (first < last && _planned.ContainsKey(path[first]))
        {
            first++;
        }

        var end = Math.Min(last, first + budget);
        if (end == last)
        {
            // The last token is read even where it was computed before: its logits are not kept.
            if (_planned.TryGetValue(path[last], out var index))
            {
                row.LogitsRow = Want(index);
                return 0;
            }

            row.LogitsRow = Want(Add(row, first, path) + last - first);
        }
        else if (end > first)
        {
            Add(row, first, path[..end]);
        }

        return end - first;
    }

    private int Add(ActiveRow row, int first, ReadOnlySpan<long> path)
    {
        _ids.Clear();
        for (var position = first; position < path.Length; position++)
        {
            _ids.Add(row.TokenAt(position));
        }

        var index = Pass.Add(path, first, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ids));
        for (var position = first; position < path.Length; position++)
        {
            _planned.Add(path[position], index + position - first);
        }

        return index;
    }

    private int Want(int index)
    {
        if (!_wanted.TryGetValue(index, out var row))
        {
            _wanted.Add(index, row = Pass.Want(index));
        }

        return row;
    }
}
