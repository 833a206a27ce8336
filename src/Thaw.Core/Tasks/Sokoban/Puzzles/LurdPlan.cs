namespace Thaw.Core.Tasks.Sokoban.Puzzles;

/// <summary>Plans as letters: <c>l u r d</c> walk and <c>L U R D</c> push.</summary>
public static class LurdPlan
{
    private const string Walks = "udlr";
    private const string Pushes = "UDLR";

    /// <exception cref="ArgumentException">A move of the plan is blocked.</exception>
    public static string Write(SokobanPuzzle puzzle, IReadOnlyList<Direction> plan)
    {
        var position = new PuzzlePosition(puzzle);
        return string.Create(plan.Count, (position, plan), (text, state) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var direction = state.plan[i];
                text[i] = state.position.Move(direction) switch
                {
                    MoveKind.Walk => Walks[(int)direction],
                    MoveKind.Push => Pushes[(int)direction],
                    _ => throw new ArgumentException($"Move {i + 1} of the plan, {direction}, is blocked.", nameof(plan)),
                };
            }
        });
    }

    /// <summary>Plays letters on a puzzle. White space between letters is passed over; a number before a letter repeats it.</summary>
    /// <remarks>Any text gives an answer, in time linear in its length: a count is cut off where the game cannot change any more.</remarks>
    public static LurdCheck Check(SokobanPuzzle puzzle, string lurd)
    {
        var position = new PuzzlePosition(puzzle);
        var (moves, pushes, count) = (0, 0, 0);
        for (var at = 0; at < lurd.Length; at++)
        {
            var letter = lurd[at];
            if (char.IsAsciiDigit(letter))
            {
                count = Math.Min((count * 10) + (letter - '0'), SokobanPuzzle.MaxCells);
                continue;
            }

            if (char.IsWhiteSpace(letter))
            {
                continue;
            }

            if (Walks.IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal) is not (>= 0 and var way) || !char.IsAsciiLetter(letter))
            {
                return new LurdCheck(false, moves, pushes, $"character {at + 1}, '{letter}', is none of l u r d L U R D");
            }

            for (var repeat = Math.Max(count, 1); repeat > 0; repeat--)
            {
                var kind = position.Move((Direction)way);
                if (Fault(kind, letter) is { } fault)
                {
                    return new LurdCheck(false, moves, pushes, $"character {at + 1}, '{letter}', {fault}");
                }

                moves++;
                pushes += kind == MoveKind.Push ? 1 : 0;
            }

            count = 0;
        }

        return new LurdCheck(position.IsSolved, moves, pushes, position.IsSolved ? null : "not every box is on a target");
    }

    private static string? Fault(MoveKind kind, char letter) => (kind, char.IsUpper(letter)) switch
    {
        (MoveKind.Blocked, _) => "is blocked",
        (MoveKind.Push, false) => "pushes a box, yet small letters walk",
        (MoveKind.Walk, true) => "pushes no box, yet capital letters push",
        _ => null,
    };
}

/// <summary>What playing a LURD plan came to.</summary>
/// <param name="Moves">Played until the end or the first fault.</param>
/// <param name="Fault">Null where the plan solves the level.</param>
public sealed record LurdCheck(bool IsSolved, int Moves, int Pushes, string? Fault);
