namespace Thaw.Core.Tasks.Sokoban.Pushing;

/// <summary>Finds boxes that no move will ever shift again although they stand on no target.</summary>
/// <param name="hasBox">By cell; the caller keeps it up to date.</param>
internal sealed class FreezeCheck(PushBoard board, bool[] hasBox)
{
    // Clusters of boxes in the open have very many chains; past this many questions a box counts as free, which is only less sharp.
    private const int MaxQuestions = 128;

    private readonly bool[] _isFixed = new bool[board.CellCount];
    private int _questions;

    /// <summary>Whether a push that ended on <paramref name="box"/> froze it, or a box beside it, off target.</summary>
    public bool IsDeadAfterPushTo(int box)
    {
        if (!IsFrozen(box))
        {
            return false;
        }

        if (!board.IsTarget[box])
        {
            return true;
        }

        for (var direction = 0; direction < PushBoard.Directions; direction++)
        {
            var beside = board.Neighbours[(box * PushBoard.Directions) + direction];
            if (beside != PushBoard.Wall && hasBox[beside] && !board.IsTarget[beside] && IsFrozen(beside))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsFrozen(int box)
    {
        _questions = 0;
        return IsBlocked(box, (int)Direction.Up) && IsBlocked(box, (int)Direction.Left);
    }

    // Along the axis of 'direction'. A box being asked about counts as a wall for its neighbours, so every chain ends.
    private bool IsBlocked(int box, int direction)
    {
        var one = board.Neighbours[(box * PushBoard.Directions) + direction];
        var other = board.Neighbours[(box * PushBoard.Directions) + PushBoard.Opposite(direction)];
        if (one == PushBoard.Wall || other == PushBoard.Wall || _isFixed[one] || _isFixed[other])
        {
            return true;
        }

        if (one >= board.LiveCells && other >= board.LiveCells)
        {
            return true;
        }

        if (++_questions > MaxQuestions)
        {
            return false;
        }

        var across = direction < 2 ? (int)Direction.Left : (int)Direction.Up;
        _isFixed[box] = true;
        var isBlocked = (hasBox[one] && IsBlocked(one, across)) || (hasBox[other] && IsBlocked(other, across));
        _isFixed[box] = false;
        return isBlocked;
    }
}
