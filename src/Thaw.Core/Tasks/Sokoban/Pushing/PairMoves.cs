namespace Thaw.Core.Tasks.Sokoban.Pushing;

/// <summary>Moves that two boxes alone need to come to two targets, for every place of both and of the player.</summary>
/// <remarks>A plan for all boxes is one for any two of them when the others are left out, so these are lower bounds; where there is none, neither is there a plan.</remarks>
internal sealed class PairMoves
{
    public const int None = ushort.MaxValue;

    private const int MaxStates = 2_000_000;

    private readonly PushBoard _board;
    private readonly ushort[] _moves;

    private PairMoves(PushBoard board)
    {
        _board = board;
        _moves = new ushort[Count(board)];
        Array.Fill(_moves, (ushort)None);
        Spread(new int[_moves.Length]);
    }

    /// <summary>Null where the table would be larger than it is worth.</summary>
    public static PairMoves? OfOrNull(PushBoard board) => Count(board) <= MaxStates ? new PairMoves(board) : null;

    /// <summary>The greatest over all pairs; <see cref="None"/> where some pair has no way left.</summary>
    public int Greatest(ReadOnlySpan<int> boxes, int player)
    {
        var greatest = 0;
        for (var i = 1; i < boxes.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                greatest = Math.Max(greatest, _moves[Index(boxes[i], boxes[j], player)]);
            }
        }

        return greatest;
    }

    private static long Count(PushBoard board) => (long)board.LiveCells * (board.LiveCells - 1) / 2 * board.CellCount;

    private int Index(int one, int other, int player)
    {
        var (low, high) = one < other ? (one, other) : (other, one);
        return ((high * (high - 1) / 2) + low) * _board.CellCount + player;
    }

    // Breadth-first and backwards from every solved position. The queue holds pairs and player as one number.
    private void Spread(int[] queue)
    {
        var (head, tail) = (0, 0);
        foreach (var one in _board.Targets)
        {
            foreach (var other in _board.Targets.Where(target => target < one))
            {
                for (var player = 0; player < _board.CellCount; player++)
                {
                    if (player != one && player != other)
                    {
                        Reach(one, other, player, 0);
                    }
                }
            }
        }

        while (head < tail)
        {
            var index = queue[head++];
            var (pair, player) = Math.DivRem(index, _board.CellCount);
            var high = (int)((1 + Math.Sqrt((8.0 * pair) + 1)) / 2);
            var low = pair - (high * (high - 1) / 2);
            var moves = Math.Min(_moves[index] + 1, None - 1);
            for (var direction = 0; direction < PushBoard.Directions; direction++)
            {
                var from = _board.Neighbours[(player * PushBoard.Directions) + PushBoard.Opposite(direction)];
                if (from == PushBoard.Wall || from == high || from == low)
                {
                    continue;
                }

                Reach(high, low, from, moves);
                var ahead = _board.Neighbours[(player * PushBoard.Directions) + direction];
                if ((ahead == high || ahead == low) && player < _board.LiveCells)
                {
                    Reach(player, ahead == high ? low : high, from, moves);
                }
            }
        }

        void Reach(int one, int other, int player, int moves)
        {
            var index = Index(one, other, player);
            if (_moves[index] == None)
            {
                _moves[index] = (ushort)moves;
                queue[tail++] = index;
            }
        }
    }
}
