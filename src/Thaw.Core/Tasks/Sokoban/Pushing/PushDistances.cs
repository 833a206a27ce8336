namespace Thaw.Core.Tasks.Sokoban.Pushing;

/// <summary>How many pushes a lone box needs to each target, by its cell and the side on which the player is.</summary>
/// <remarks>Other boxes only make ways longer, so these are lower bounds. Sides that the player can walk between, with the box where it is, share a number.</remarks>
internal sealed class PushDistances
{
    /// <summary>Greater than any number of pushes, and small enough to be added up for every box.</summary>
    public const int Unreachable = 1 << 20;

    private const byte NoSide = byte.MaxValue;

    private readonly PushBoard _board;
    private readonly byte[] _sideOf;
    private readonly int[] _distances;

    public PushDistances(PushBoard board)
    {
        _board = board;
        _sideOf = new byte[board.LiveCells * board.CellCount];
        Array.Fill(_sideOf, NoSide);
        var stack = new int[board.CellCount];
        for (var box = 0; box < board.LiveCells; box++)
        {
            FindSides(box, stack);
        }

        _distances = new int[board.Targets.Length * board.LiveCells * PushBoard.Directions];
        Array.Fill(_distances, Unreachable);
        var queue = new int[board.LiveCells * PushBoard.Directions];
        for (var target = 0; target < board.Targets.Length; target++)
        {
            FindDistances(target, queue);
        }
    }

    public int Targets => _board.Targets.Length;

    /// <summary>The number of the side of <paramref name="box"/> on which <paramref name="player"/> is.</summary>
    public int SideOf(int box, int player) => _sideOf[(box * _board.CellCount) + player];

    /// <summary>Pushes to every target, in the order of <see cref="PushBoard.Targets"/>.</summary>
    public ReadOnlySpan<int> From(int box, int side) => _distances.AsSpan(((box * PushBoard.Directions) + side) * Targets, Targets);

    // A side is named after the first direction in which it is met.
    private void FindSides(int box, int[] stack)
    {
        var sides = _sideOf.AsSpan(box * _board.CellCount, _board.CellCount);
        for (var direction = 0; direction < PushBoard.Directions; direction++)
        {
            var first = _board.Neighbours[(box * PushBoard.Directions) + direction];
            if (first == PushBoard.Wall || sides[first] != NoSide)
            {
                continue;
            }

            var count = 0;
            stack[count++] = first;
            sides[first] = (byte)direction;
            while (count > 0)
            {
                var cell = stack[--count] * PushBoard.Directions;
                for (var way = 0; way < PushBoard.Directions; way++)
                {
                    var next = _board.Neighbours[cell + way];
                    if (next != PushBoard.Wall && next != box && sides[next] == NoSide)
                    {
                        sides[next] = (byte)direction;
                        stack[count++] = next;
                    }
                }
            }
        }
    }

    // Backwards from the target: a push of the box from 'before' to 'box' had the player behind it.
    private void FindDistances(int target, int[] queue)
    {
        var (head, tail) = (0, 0);
        var goal = _board.Targets[target];
        for (var direction = 0; direction < PushBoard.Directions; direction++)
        {
            if (_board.Neighbours[(goal * PushBoard.Directions) + direction] is not PushBoard.Wall and var player && SideOf(goal, player) == direction)
            {
                Reach(goal, direction, 0);
            }
        }

        while (head < tail)
        {
            var (box, side) = Math.DivRem(queue[head++], PushBoard.Directions);
            var distance = _distances[(((box * PushBoard.Directions) + side) * Targets) + target];
            for (var direction = 0; direction < PushBoard.Directions; direction++)
            {
                var back = PushBoard.Opposite(direction);
                var before = _board.Neighbours[(box * PushBoard.Directions) + back];
                if (before == PushBoard.Wall || before >= _board.LiveCells || SideOf(box, before) != side)
                {
                    continue;
                }

                var player = _board.Neighbours[(before * PushBoard.Directions) + back];
                if (player != PushBoard.Wall)
                {
                    Reach(before, SideOf(before, player), distance + 1);
                }
            }
        }

        void Reach(int box, int side, int distance)
        {
            var key = (box * PushBoard.Directions) + side;
            ref var known = ref _distances[(key * Targets) + target];
            if (known == Unreachable)
            {
                known = distance;
                queue[tail++] = key;
            }
        }
    }
}
