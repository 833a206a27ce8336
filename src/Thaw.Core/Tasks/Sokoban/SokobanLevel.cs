namespace Thaw.Core.Tasks.Sokoban;

/// <summary>What never moves: the walls, the targets and the size of one room, and the rules that follow from them.</summary>
/// <remarks>The edge of a room is wall, so that a move never leaves it. There are as many boxes as targets.</remarks>
public sealed record SokobanLevel
{
    /// <summary>Cells that fit in the bit board of <see cref="SokobanState.Boxes"/>.</summary>
    public const int MaxCells = 128;

    private DeadEnds? _deadEnds;

    internal SokobanLevel(int rows, int columns, UInt128 walls, UInt128 targets)
    {
        (Rows, Columns, Walls, Targets) = (rows, columns, walls, targets);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Bit <c>row * columns + column</c> is set where a wall stands.</summary>
    public UInt128 Walls { get; }

    public UInt128 Targets { get; }

    /// <summary>Made when it is first asked for; two threads may both make it, and either will do.</summary>
    internal DeadEnds DeadEnds => _deadEnds ??= new DeadEnds(this);

    public bool Equals(SokobanLevel? other) =>
        other is not null && Rows == other.Rows && Columns == other.Columns && Walls == other.Walls && Targets == other.Targets;

    public override int GetHashCode() => HashCode.Combine(Rows, Columns, Walls, Targets);

    public bool IsSolved(SokobanState state) => state.Boxes == Targets;

    /// <summary>Moves the player one cell, pushing a box if one is in the way.</summary>
    /// <returns>The next state; the same state when a wall or a second box blocks the move.</returns>
    public SokobanState Step(SokobanState state, Direction direction)
    {
        var offset = Offset(direction);
        var ahead = state.Player + offset;
        var aheadBit = UInt128.One << ahead;
        if ((Walls & aheadBit) != 0)
        {
            return state;
        }

        if ((state.Boxes & aheadBit) == 0)
        {
            return new SokobanState(state.Boxes, ahead);
        }

        var beyondBit = UInt128.One << (ahead + offset);
        return ((Walls | state.Boxes) & beyondBit) != 0
            ? state
            : new SokobanState(state.Boxes ^ aheadBit ^ beyondBit, ahead);
    }

    /// <summary>What to add to a cell index to go one cell in <paramref name="direction"/>.</summary>
    internal int Offset(Direction direction) => direction switch
    {
        Direction.Up => -Columns,
        Direction.Down => Columns,
        Direction.Left => -1,
        Direction.Right => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(direction), direction, "Not a direction."),
    };
}
