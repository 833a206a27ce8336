using System.Text;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban.Lessons;

/// <summary>A board to read: one player, one box and one target anywhere, so most are no solvable room.</summary>
internal sealed class LessonBoard
{
    private const int Size = 6;

    private static readonly SokobanRoomGenerator s_rooms = new(new RoomShape(Size, Size, 1));

    private readonly char[] _symbols = new char[Size * Size];

    private LessonBoard(Func<int, bool> isFree, int player, int box, int target)
    {
        for (var cell = 0; cell < _symbols.Length; cell++)
        {
            _symbols[cell] = isFree(cell) ? '_' : '#';
        }

        (Player, Box, Target) = (player, box, target);
        _symbols[target] = 'O';
        _symbols[player] = player == target ? 'S' : 'P';
        _symbols[box] = box == target ? '√' : 'X';
    }

    public int Player { get; }

    public int Box { get; }

    public int Target { get; }

    public static int RowOf(int cell) => cell / Size;

    public static int ColumnOf(int cell) => cell % Size;

    /// <param name="roomShare">Share of the boards that are rooms; the others are floor scattered over the whole board.</param>
    public static LessonBoard Draw(SplitMix64 random, double roomShare) => random.NextBool(roomShare) ? Room(random) : Scatter(random);

    // The walls and target of a generated room; player and box mostly put elsewhere on its floor.
    private static LessonBoard Room(SplitMix64 random)
    {
        var room = s_rooms.Next(random);
        var floor = Enumerable.Range(0, Size * Size).Where(cell => (room.Level.Walls & (UInt128.One << cell)) == 0).ToList();
        var target = (int)UInt128.TrailingZeroCount(room.Level.Targets);
        var (player, box) = (room.Start.Player, (int)UInt128.TrailingZeroCount(room.Start.Boxes));
        if (random.NextBool(0.6))
        {
            box = random.Pick(floor);
            player = random.Pick([.. floor.Where(cell => cell != box)]);
        }

        return new LessonBoard(floor.Contains, player, box, target);
    }

    // The edge included.
    private static LessonBoard Scatter(SplitMix64 random)
    {
        var density = random.Pick([0.5, 0.7, 0.9]);
        var floor = Enumerable.Range(0, Size * Size).Select(_ => random.NextBool(density)).ToArray();
        var cells = Enumerable.Range(0, Size * Size).ToArray();
        random.Shuffle(cells);
        return new LessonBoard(cell => floor[cell], cells[0], cells[1], cells[2]);
    }

    /// <summary>The symbol beside <paramref name="cell"/>; wall beyond the edge.</summary>
    public char Beside(int cell, Direction direction)
    {
        var (row, column) = direction switch
        {
            Direction.Up => (RowOf(cell) - 1, ColumnOf(cell)),
            Direction.Down => (RowOf(cell) + 1, ColumnOf(cell)),
            Direction.Left => (RowOf(cell), ColumnOf(cell) - 1),
            _ => (RowOf(cell), ColumnOf(cell) + 1),
        };
        return row is < 0 or >= Size || column is < 0 or >= Size ? '#' : _symbols[(row * Size) + column];
    }

    /// <summary>Drawn as in the prompt.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var cell = 0; cell < _symbols.Length; cell++)
        {
            text.Append(ColumnOf(cell) == 0 && cell > 0 ? "\n" : "").Append(' ').Append(_symbols[cell]).Append(" \t");
        }

        return text.ToString();
    }
}
