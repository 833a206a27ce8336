using Thaw.Core.Randomness.Reference;

namespace Thaw.Core.Tasks.Sokoban.Reference;

/// <summary>The public generator's rooms, bit by bit: RAGEN's <c>generate_room</c> after gym-sokoban, with the random numbers of CPython and numpy.</summary>
/// <remarks>
/// Both generators are seeded with the same number. <c>random</c> decides the walk that carves the floor and the player's last steps,
/// numpy where player and targets stand. A failed attempt goes on with both streams where they are. Not thread-safe.
/// </remarks>
internal sealed class ReferenceRoomGenerator(RoomShape shape, int searchDepth)
{
    private const int MaxAttempts = 4;
    private const double TurnProbability = 0.35;
    private const double StepsPerSide = 1.7;
    private const int MaxWalk = 3;

    // The walk's own order: down, right, up, left.
    private static readonly (int Row, int Column)[] s_walk = [(1, 0), (0, 1), (-1, 0), (0, -1)];

    private static readonly (int Row, int Column)[][] s_brushes =
    [
        [(0, -1), (0, 0), (0, 1)],
        [(-1, 0), (0, 0), (1, 0)],
        [(0, -1), (0, 0), (1, 0)],
        [(0, -1), (0, 0), (1, -1), (1, 0)],
        [(0, 0), (0, 1), (1, 0)],
    ];

    private readonly ReferenceReversePlay _reversePlay = new(searchDepth);

    /// <returns>The room, or null with the reason where the public generator raises an exception for this seed.</returns>
    public (SokobanInstance? Room, string? Failure) Make(uint seed)
    {
        var (python, numpy) = (new PythonRandom(seed), new NumpyRandomState(seed));
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var floor = CarveFloor(python);
            var cells = CellsOf(floor);
            if (cells.Count <= shape.Boxes + 1)
            {
                return (null, $"RuntimeError: {cells.Count} floor cells do not hold a player and {shape.Boxes} box(es)");
            }

            var player = TakeCell(cells, numpy);
            var targets = new int[shape.Boxes];
            for (var i = 0; i < targets.Length; i++)
            {
                targets[i] = TakeCell(cells, numpy);
            }

            var level = LevelOf(floor, targets);
            var (state, displacement) = _reversePlay.FindFarthest(level, targets, player);
            if (displacement > 0)
            {
                return (new SokobanInstance(level, MovePlayer(level, state, displacement, python)), null);
            }
        }

        return (null, $"RuntimeWarning: no box could be pulled off its target in {MaxAttempts} attempts");
    }

    // The first position may lie on the edge; the first step brings it inside.
    private UInt128 CarveFloor(PythonRandom random)
    {
        UInt128 floor = 0;
        var direction = random.Pick(s_walk);
        var row = random.NextInt(1, shape.Rows - 1);
        var column = random.NextInt(1, shape.Columns - 1);
        for (var step = (int)(StepsPerSide * (shape.Rows + shape.Columns)); step > 0; step--)
        {
            if (random.NextDouble() < TurnProbability)
            {
                direction = random.Pick(s_walk);
            }

            row = Math.Clamp(row + direction.Row, 1, shape.Rows - 2);
            column = Math.Clamp(column + direction.Column, 1, shape.Columns - 2);
            foreach (var offset in random.Pick(s_brushes))
            {
                floor |= Inside(row + offset.Row, column + offset.Column);
            }
        }

        return floor;
    }

    private UInt128 Inside(int row, int column) => row > 0 && column > 0 && row < shape.Rows - 1 && column < shape.Columns - 1
        ? UInt128.One << ((row * shape.Columns) + column)
        : 0;

    private static List<int> CellsOf(UInt128 floor)
    {
        var cells = new List<int>();
        for (; floor != 0; floor &= floor - 1)
        {
            cells.Add((int)UInt128.TrailingZeroCount(floor));
        }

        return cells;
    }

    private static int TakeCell(List<int> cells, NumpyRandomState random)
    {
        var index = random.NextInt(cells.Count);
        var cell = cells[index];
        cells.RemoveAt(index);
        return cell;
    }

    private SokobanLevel LevelOf(UInt128 floor, int[] targets)
    {
        var everyCell = UInt128.MaxValue >> (128 - (shape.Rows * shape.Columns));
        return new SokobanLevel(shape.Rows, shape.Columns, everyCell & ~floor, targets.Aggregate(UInt128.Zero, (set, cell) => set | (UInt128.One << cell)));
    }

    // One draw whether to walk at all; after each of the first two steps one draw whether to go on.
    private static SokobanState MovePlayer(SokobanLevel level, SokobanState state, int displacement, PythonRandom random)
    {
        if (random.NextDouble() >= (displacement == 1 ? 0.8 : 0.5))
        {
            return state;
        }

        var player = state.Player;
        var closed = level.Walls | state.Boxes | (UInt128.One << player);
        for (var step = 0; step < MaxWalk && (step == 0 || random.NextDouble() < 0.5); step++)
        {
            var cells = Enum.GetValues<Direction>().Select(direction => player + level.Offset(direction)).Where(cell => (closed & (UInt128.One << cell)) == 0).ToArray();
            if (cells.Length == 0)
            {
                break;
            }

            player = random.Pick(cells);
            closed |= UInt128.One << player;
        }

        return state with { Player = player };
    }
}
