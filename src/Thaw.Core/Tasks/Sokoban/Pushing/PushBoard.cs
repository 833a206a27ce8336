using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Core.Tasks.Sokoban.Pushing;

/// <summary>The floor of one puzzle, numbered for search: first the live cells, from which some target can be reached, then the dead ones.</summary>
/// <remarks>A box on a dead cell never comes to a target, so a set of boxes needs one bit for each live cell.</remarks>
internal sealed class PushBoard
{
    public const int Wall = -1;
    public const int Directions = 4;

    private readonly int[] _cellOf;

    private PushBoard(SokobanPuzzle puzzle, int[] cellOf, int liveCells)
    {
        (_cellOf, CellCount, LiveCells) = (cellOf, cellOf.Length, liveCells);
        var numberOf = new int[puzzle.CellCount];
        Array.Fill(numberOf, Wall);
        for (var number = 0; number < cellOf.Length; number++)
        {
            numberOf[cellOf[number]] = number;
        }

        Neighbours = new int[CellCount * Directions];
        IsTarget = new bool[CellCount];
        for (var number = 0; number < CellCount; number++)
        {
            IsTarget[number] = puzzle.IsTarget(cellOf[number]);
            for (var direction = Direction.Up; direction <= Direction.Right; direction++)
            {
                Neighbours[(number * Directions) + (int)direction] = numberOf[puzzle.Beside(cellOf[number], direction)];
            }
        }

        Targets = [.. Enumerable.Range(0, CellCount).Where(cell => IsTarget[cell])];
        Boxes = [.. puzzle.Boxes.Select(box => numberOf[box]).Order()];
        Player = numberOf[puzzle.Player];
    }

    /// <summary>Cells that the player can come to, boxes aside.</summary>
    public int CellCount { get; }

    /// <summary>Cells <c>0 .. LiveCells - 1</c> are live.</summary>
    public int LiveCells { get; }

    /// <summary>Cell beside <c>cell</c> in <c>direction</c> at <c>cell * 4 + direction</c>; <see cref="Wall"/> where there is none.</summary>
    public int[] Neighbours { get; }

    public bool[] IsTarget { get; }

    public int[] Targets { get; }

    /// <summary>The start, ascending; a number of <see cref="LiveCells"/> or more is a box that is lost.</summary>
    public int[] Boxes { get; }

    public int Player { get; }

    public bool HasLostBox => Boxes.Any(box => box >= LiveCells);

    public static PushBoard Of(SokobanPuzzle puzzle)
    {
        var isLive = Live(puzzle);
        var floor = Enumerable.Range(0, puzzle.CellCount).Where(cell => !puzzle.IsWall(cell)).ToList();
        return new PushBoard(puzzle, [.. floor.Where(cell => isLive[cell]), .. floor.Where(cell => !isLive[cell])], floor.Count(cell => isLive[cell]));
    }

    /// <summary>The direction back.</summary>
    public static int Opposite(int direction) => direction ^ 1;

    /// <summary>The cell of the puzzle that <paramref name="cell"/> numbers.</summary>
    public int PuzzleCell(int cell) => _cellOf[cell];

    // Pulls a lone box from every target; a pull needs two free cells behind it.
    private static bool[] Live(SokobanPuzzle puzzle)
    {
        var isLive = new bool[puzzle.CellCount];
        var open = new Stack<int>();
        for (var cell = 0; cell < isLive.Length; cell++)
        {
            if (puzzle.IsTarget(cell))
            {
                isLive[cell] = true;
                open.Push(cell);
            }
        }

        while (open.TryPop(out var box))
        {
            for (var direction = Direction.Up; direction <= Direction.Right; direction++)
            {
                var player = puzzle.Beside(box, direction);
                if (!puzzle.IsWall(player) && !puzzle.IsWall(puzzle.Beside(player, direction)) && !isLive[player])
                {
                    isLive[player] = true;
                    open.Push(player);
                }
            }
        }

        return isLive;
    }
}
