using System.Globalization;
using System.Text;
using Thaw.Core.Demonstrations;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The solver's plan as a thought: what is where, the plan and why, the moves, and the word for the next one.</summary>
/// <remarks>
/// Everything in it follows from the board and from the words that the prompt explains. Cells are <c>(row,column)</c>, counted from 1 at the
/// top left. Directions have no names but the words of the binding, so that no training word comes into a prompt that has others.
/// </remarks>
public static class SokobanTrace
{
    internal const string Legend = "Cells are (row,column), counted from (1,1) in the first row.";
    internal const string Placed = "Every box is on a target.";

    /// <param name="plan">A plan that solves the room; at least one move.</param>
    /// <exception cref="ArgumentException"><paramref name="format"/> has no thought, or <paramref name="plan"/> is empty.</exception>
    public static string Write(SokobanInstance room, SokobanBinding binding, IReadOnlyList<Direction> plan, DemonstrationFormat format)
    {
        if (format == DemonstrationFormat.Answer || plan.Count == 0)
        {
            throw new ArgumentException("A thought needs a format that has one, and a move to think about.", nameof(format));
        }

        if (format == DemonstrationFormat.CotTerse)
        {
            return Terse(binding, SideOfNextPush(room, plan), plan[0]);
        }

        var text = new StringBuilder("\n").Append(Legend);
        if (format != DemonstrationFormat.CotBrief)
        {
            text.Append(Where(room));
        }

        text.Append('\n').Append(TracePlan.Of(room, plan).Write(room.Level)).Append('\n');
        if (format != DemonstrationFormat.CotBrief)
        {
            AppendMoves(text, room, binding, plan, drawsBoards: format == DemonstrationFormat.CotFull);
        }

        var word = binding.Words.WordFor(plan[0]);
        return text.Append(CultureInfo.InvariantCulture, $"The next move goes to {Way(plan[0])}; the word for it is {word}.\n").Append(SokobanPrompt.WriteAnswer(word)).ToString();
    }

    /// <summary>The side of the box that is pushed next from which it is pushed, and the move: words that a small base model knows, where the plan has dozens that it does not.</summary>
    internal static string Terse(SokobanBinding binding, Direction side, Direction move) =>
        $"\nSide {binding.Symbols.Box}: {binding.Words.WordFor(side)}\n{SokobanPrompt.WriteAnswer(binding.Words.WordFor(move))}";

    internal static Direction Opposite(Direction direction) => (Direction)((int)direction ^ 1);

    internal static string Cell(SokobanLevel level, int cell) =>
        string.Create(CultureInfo.InvariantCulture, $"({(cell / level.Columns) + 1},{(cell % level.Columns) + 1})");

    /// <summary>A direction without a word that could be an answer.</summary>
    internal static string Way(Direction direction) => direction switch
    {
        Direction.Up => "the row above",
        Direction.Down => "the row below",
        Direction.Left => "the column before",
        _ => "the column after",
    };

    internal static string Where(SokobanInstance room) =>
        $" Player {Cell(room.Level, room.Start.Player)}. Boxes {Cells(room.Level, room.Start.Boxes)}. Targets {Cells(room.Level, room.Level.Targets)}.";

    /// <summary>The position behind a move: where the player is, and where the box that it pushed.</summary>
    internal static string After(SokobanLevel level, SokobanState before, SokobanState after)
    {
        var pushed = after.Boxes & ~before.Boxes;
        return pushed == 0
            ? $"player {Cell(level, after.Player)}"
            : $"player {Cell(level, after.Player)}, box {Cell(level, (int)UInt128.TrailingZeroCount(pushed))}";
    }

    private static string Cells(SokobanLevel level, UInt128 cells)
    {
        var text = new StringBuilder();
        for (; cells != 0; cells &= cells - 1)
        {
            text.Append(text.Length > 0 ? " " : "").Append(Cell(level, (int)UInt128.TrailingZeroCount(cells)));
        }

        return text.ToString();
    }

    private static Direction SideOfNextPush(SokobanInstance room, IReadOnlyList<Direction> plan)
    {
        var state = room.Start;
        foreach (var move in plan)
        {
            var next = room.Level.Step(state, move);
            if (next.Boxes != state.Boxes)
            {
                return Opposite(move);
            }

            state = next;
        }

        throw new ArgumentException("A plan that pushes nothing solves nothing.", nameof(plan));
    }

    private static void AppendMoves(StringBuilder text, SokobanInstance room, SokobanBinding binding, IReadOnlyList<Direction> plan, bool drawsBoards)
    {
        var state = room.Start;
        for (var i = 0; i < plan.Count; i++)
        {
            var next = room.Level.Step(state, plan[i]);
            text.Append(CultureInfo.InvariantCulture, $"{i + 1}. {binding.Words.WordFor(plan[i])}: {After(room.Level, state, next)}.\n");
            if (drawsBoards)
            {
                text.Append(SokobanDrawing.Draw(room.Level, next, binding.Symbols)).Append('\n');
            }

            state = next;
        }

        text.Append(Placed).Append('\n');
    }
}
