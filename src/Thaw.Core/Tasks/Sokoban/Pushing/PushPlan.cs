using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Core.Tasks.Sokoban.Pushing;

/// <summary>Turns a list of pushes into moves.</summary>
internal static class PushPlan
{
    private const int NotReached = int.MaxValue;

    /// <summary>Every push with a shortest walk to it; of equally short walks the first in the order up, down, left, right.</summary>
    public static IReadOnlyList<Direction> Moves(SokobanPuzzle puzzle, PushBoard board, IReadOnlyList<(int Player, Direction Push)> pushes)
    {
        var position = new PuzzlePosition(puzzle);
        var plan = new List<Direction>();
        foreach (var (player, push) in pushes)
        {
            var box = board.PuzzleCell(player);
            foreach (var step in Walk(puzzle, position, puzzle.Beside(box, (Direction)PushBoard.Opposite((int)push))))
            {
                position.Move(step);
                plan.Add(step);
            }

            position.Move(push);
            plan.Add(push);
        }

        return plan;
    }

    private static List<Direction> Walk(SokobanPuzzle puzzle, PuzzlePosition position, int goal)
    {
        var steps = StepsTo(puzzle, position, goal);
        var walk = new List<Direction>();
        for (var cell = position.Player; cell != goal; cell = puzzle.Beside(cell, walk[^1]))
        {
            var direction = Direction.Up;
            while (steps[puzzle.Beside(cell, direction)] != steps[cell] - 1)
            {
                direction++;
            }

            walk.Add(direction);
        }

        return walk;
    }

    private static int[] StepsTo(SokobanPuzzle puzzle, PuzzlePosition position, int goal)
    {
        var steps = new int[puzzle.CellCount];
        Array.Fill(steps, NotReached);
        steps[goal] = 0;
        var open = new Queue<int>([goal]);
        while (open.TryDequeue(out var cell))
        {
            for (var direction = Direction.Up; direction <= Direction.Right; direction++)
            {
                var next = puzzle.Beside(cell, direction);
                if (!puzzle.IsWall(next) && !position.HasBox(next) && steps[next] == NotReached)
                {
                    steps[next] = steps[cell] + 1;
                    open.Enqueue(next);
                }
            }
        }

        return steps;
    }
}
