using System.Globalization;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban.Lessons;

/// <summary>Questions with one-word answers: what a word means, and what stands where on a board. None asks for a move.</summary>
internal static class LessonQuestions
{
    private static readonly Direction[] s_directions = Enum.GetValues<Direction>();

    /// <summary>About the words alone.</summary>
    public static (string Question, string Answer) AboutWords(SplitMix64 random, IReadOnlyList<string> words)
    {
        var direction = random.NextInt(4);
        return random.NextDouble() switch
        {
            < 0.5 => ($"Word for {LessonWords.Plain[direction]}:", words[direction]),
            < 0.75 => ($"Meaning of {words[direction]}:", LessonWords.Plain[direction]),
            _ => ($"Opposite of {words[direction]}:", words[direction ^ 1]),
        };
    }

    /// <summary>About a board: answers are words of a direction, symbols or numbers.</summary>
    /// <param name="placeShare">Chance of asking for a row or column before any other kind is considered.</param>
    public static (string Question, string Answer) AboutBoard(SplitMix64 random, LessonBoard board, IReadOnlyList<string> words, double placeShare)
    {
        while (true)
        {
            var (from, to) = DrawPair(random, board);
            var kind = random.NextBool(placeShare) ? 0.90 + (0.07 * random.NextDouble()) : random.NextDouble();
            var question = kind switch
            {
                < 0.22 => Way("Vertical", from, to, Vertical(from.Cell, to.Cell), words),
                < 0.44 => Way("Horizontal", from, to, Horizontal(from.Cell, to.Cell), words),
                < 0.50 => Way("Longer", from, to, Longer(from.Cell, to.Cell), words),
                < 0.70 => SideWith(random, board, from, words),
                < 0.90 => CellBeside(random, board, from, words),
                < 0.935 => ($"Row of {from.Name}:", Number(LessonBoard.RowOf(from.Cell) + 1)),
                < 0.97 => ($"Column of {from.Name}:", Number(LessonBoard.ColumnOf(from.Cell) + 1)),
                _ => AboutWords(random, words),
            };
            if (question != default)
            {
                return question;
            }
        }
    }

    // Nothing is asked where there is no way.
    private static (string, string) Way(string kind, (char Name, int Cell) from, (char Name, int Cell) to, Direction? way, IReadOnlyList<string> words) =>
        way is { } direction ? ($"{kind} {from.Name} to {to.Name}:", words[(int)direction]) : default;

    private static ((char Name, int Cell) From, (char Name, int Cell) To) DrawPair(SplitMix64 random, LessonBoard board)
    {
        (char, int)[] things = [('P', board.Player), ('X', board.Box), ('O', board.Target)];
        random.Shuffle(things);
        return (things[0], things[1]);
    }

    private static Direction? Vertical(int from, int to) => (LessonBoard.RowOf(to) - LessonBoard.RowOf(from)) switch
    {
        < 0 => Direction.Up,
        > 0 => Direction.Down,
        _ => null,
    };

    private static Direction? Horizontal(int from, int to) => (LessonBoard.ColumnOf(to) - LessonBoard.ColumnOf(from)) switch
    {
        < 0 => Direction.Left,
        > 0 => Direction.Right,
        _ => null,
    };

    // Null where both ways are as long.
    private static Direction? Longer(int from, int to)
    {
        var (rows, columns) = (Math.Abs(LessonBoard.RowOf(to) - LessonBoard.RowOf(from)), Math.Abs(LessonBoard.ColumnOf(to) - LessonBoard.ColumnOf(from)));
        return rows == columns ? null : rows > columns ? Vertical(from, to) : Horizontal(from, to);
    }

    // Only a symbol that stands on one side alone makes a question.
    private static (string, string) SideWith(SplitMix64 random, LessonBoard board, (char Name, int Cell) thing, IReadOnlyList<string> words)
    {
        var around = s_directions.Select(direction => board.Beside(thing.Cell, direction)).ToArray();
        var unique = s_directions.Where(direction => around.Count(symbol => symbol == around[(int)direction]) == 1).ToArray();
        if (unique.Length == 0)
        {
            return default;
        }

        var side = random.Pick(unique);
        return ($"Side {thing.Name} with {around[(int)side]}:", words[(int)side]);
    }

    private static (string, string) CellBeside(SplitMix64 random, LessonBoard board, (char Name, int Cell) thing, IReadOnlyList<string> words)
    {
        var side = random.Pick(s_directions);
        return ($"Cell {thing.Name} side {words[(int)side]}:", board.Beside(thing.Cell, side).ToString());
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
