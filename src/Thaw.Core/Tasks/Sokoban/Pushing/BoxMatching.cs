namespace Thaw.Core.Tasks.Sokoban.Pushing;

/// <summary>The least number of pushes that bring every box to a target of its own, each as if it were alone: a lower bound on moves.</summary>
/// <remarks>
/// The Hungarian method with one row for each box. <see cref="Solve"/> matches all boxes of a position; <see cref="WithBoxMoved"/> then
/// costs one augmentation, as a push changes one row.
/// </remarks>
internal sealed class BoxMatching
{
    private readonly PushDistances _distances;
    private readonly int _size;

    // Rows and columns are counted from 1; column 0 is where an augmentation starts.
    private readonly int[] _rowKeys;
    private readonly Duals _base;
    private readonly Duals _moved;
    private readonly int[] _slack;
    private readonly int[] _way;
    private readonly bool[] _isUsed;

    public BoxMatching(PushDistances distances, int boxes)
    {
        (_distances, _size) = (distances, boxes);
        _rowKeys = new int[boxes + 1];
        (_base, _moved) = (new Duals(boxes), new Duals(boxes));
        (_slack, _way, _isUsed) = (new int[boxes + 1], new int[boxes + 1], new bool[boxes + 1]);
    }

    /// <returns>The bound; <see cref="PushDistances.Unreachable"/> or more where some box has no target left.</returns>
    public int Solve(ReadOnlySpan<int> boxes, int player)
    {
        _base.Clear();
        for (var i = 0; i < boxes.Length; i++)
        {
            _rowKeys[i + 1] = Key(boxes[i], _distances.SideOf(boxes[i], player));
        }

        for (var row = 1; row <= _size; row++)
        {
            Augment(_base, row);
        }

        return Cost(_base);
    }

    /// <summary>The bound when box <paramref name="index"/> stands on <paramref name="box"/> instead, the player beside it; the others stay as in <see cref="Solve"/>.</summary>
    public int WithBoxMoved(int index, int box, int side)
    {
        _moved.CopyFrom(_base);
        var row = index + 1;
        for (var column = 1; column <= _size; column++)
        {
            _moved.RowOf[column] = _moved.RowOf[column] == row ? 0 : _moved.RowOf[column];
        }

        var before = _rowKeys[row];
        _rowKeys[row] = Key(box, side);
        _moved.Row[row] = 0;
        Augment(_moved, row);
        var cost = Cost(_moved);
        _rowKeys[row] = before;
        return cost;
    }

    private static int Key(int box, int side) => (box * PushBoard.Directions) + side;

    private ReadOnlySpan<int> CostsOf(int row) => _distances.From(_rowKeys[row] / PushBoard.Directions, _rowKeys[row] % PushBoard.Directions);

    // Brings one free row in along a cheapest path (e-maxx's form of the method, with duals of rows and columns).
    private void Augment(Duals duals, int row)
    {
        Array.Fill(_slack, int.MaxValue);
        Array.Clear(_isUsed);
        duals.RowOf[0] = row;
        var column = 0;
        do
        {
            _isUsed[column] = true;
            var from = duals.RowOf[column];
            var costs = CostsOf(from);
            var rowDual = duals.Row[from];
            var (delta, next) = (int.MaxValue, 0);
            for (var j = 1; j <= _size; j++)
            {
                if (_isUsed[j])
                {
                    continue;
                }

                var reduced = costs[j - 1] - rowDual - duals.Column[j];
                if (reduced < _slack[j])
                {
                    (_slack[j], _way[j]) = (reduced, column);
                }

                if (_slack[j] < delta)
                {
                    (delta, next) = (_slack[j], j);
                }
            }

            for (var j = 0; j <= _size; j++)
            {
                if (_isUsed[j])
                {
                    duals.Row[duals.RowOf[j]] += delta;
                    duals.Column[j] -= delta;
                }
                else if (j > 0)
                {
                    _slack[j] -= delta;
                }
            }

            column = next;
        }
        while (duals.RowOf[column] != 0);

        while (column != 0)
        {
            var previous = _way[column];
            duals.RowOf[column] = duals.RowOf[previous];
            column = previous;
        }
    }

    private int Cost(Duals duals)
    {
        var cost = 0;
        for (var column = 1; column <= _size; column++)
        {
            cost += CostsOf(duals.RowOf[column])[column - 1];
        }

        return Math.Min(cost, PushDistances.Unreachable);
    }

    private sealed class Duals(int size)
    {
        public int[] Row { get; } = new int[size + 1];

        public int[] Column { get; } = new int[size + 1];

        public int[] RowOf { get; } = new int[size + 1];

        public void Clear()
        {
            Array.Clear(Row);
            Array.Clear(Column);
            Array.Clear(RowOf);
        }

        public void CopyFrom(Duals other)
        {
            other.Row.CopyTo(Row, 0);
            other.Column.CopyTo(Column, 0);
            other.RowOf.CopyTo(RowOf, 0);
        }
    }
}
