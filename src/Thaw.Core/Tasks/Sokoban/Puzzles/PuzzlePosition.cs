namespace Thaw.Core.Tasks.Sokoban.Puzzles;

/// <summary>A puzzle being played, move by move.</summary>
public sealed class PuzzlePosition
{
    private readonly SokobanPuzzle _puzzle;
    private readonly bool[] _boxes;
    private int _boxesOffTarget;

    public PuzzlePosition(SokobanPuzzle puzzle)
    {
        _puzzle = puzzle;
        _boxes = new bool[puzzle.CellCount];
        foreach (var box in puzzle.Boxes)
        {
            _boxes[box] = true;
            _boxesOffTarget += puzzle.IsTarget(box) ? 0 : 1;
        }

        Player = puzzle.Player;
    }

    public int Player { get; private set; }

    public bool IsSolved => _boxesOffTarget == 0;

    public bool HasBox(int cell) => _boxes[cell];

    /// <summary>Moves the player one cell, pushing a box if one is in the way; <see cref="MoveKind.Blocked"/> changes nothing.</summary>
    public MoveKind Move(Direction direction)
    {
        var ahead = _puzzle.Beside(Player, direction);
        if (_puzzle.IsWall(ahead))
        {
            return MoveKind.Blocked;
        }

        if (!_boxes[ahead])
        {
            Player = ahead;
            return MoveKind.Walk;
        }

        var beyond = _puzzle.Beside(ahead, direction);
        if (_puzzle.IsWall(beyond) || _boxes[beyond])
        {
            return MoveKind.Blocked;
        }

        (_boxes[ahead], _boxes[beyond], Player) = (false, true, ahead);
        _boxesOffTarget += (_puzzle.IsTarget(ahead) ? 1 : 0) - (_puzzle.IsTarget(beyond) ? 1 : 0);
        return MoveKind.Push;
    }
}

public enum MoveKind
{
    Blocked,
    Walk,
    Push,
}
