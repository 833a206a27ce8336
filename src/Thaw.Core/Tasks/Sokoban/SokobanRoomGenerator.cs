using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Makes rooms as the paper's generator does (RAGEN's room_utils, after gym-sokoban), drawing from our own random numbers.</summary>
/// <remarks>
/// A random walk carves the floor; player and targets are put on it with a box on every target; <see cref="ReversePlay"/> pulls the
/// boxes away; a few steps of the player end it. So every room can be solved. Not thread-safe: one generator for each thread.
/// </remarks>
public sealed class SokobanRoomGenerator
{
    private const int MaxAttempts = 1000;
    private const double TurnProbability = 0.35;
    private const double StepsPerSide = 1.7;
    private const int MaxWalk = 3;

    private readonly RoomShape _shape;
    private readonly UInt128 _inside;
    private readonly int[][] _brushes;
    private readonly ReversePlay _reversePlay;
    private readonly List<int> _cells = [];

    /// <param name="searchDepth">The paper's search depth: boxes are pulled for up to two moves less than this.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side below 3, more than <see cref="SokobanLevel.MaxCells"/> cells, or no box.</exception>
    public SokobanRoomGenerator(RoomShape shape, int searchDepth = 30)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Rows, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Columns, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.Rows * shape.Columns, SokobanLevel.MaxCells);
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Boxes, 1);
        _shape = shape;
        for (var cell = 0; cell < shape.Rows * shape.Columns; cell++)
        {
            var (row, column) = Math.DivRem(cell, shape.Columns);
            var isInside = row > 0 && column > 0 && row < shape.Rows - 1 && column < shape.Columns - 1;
            _inside |= isInside ? UInt128.One << cell : 0;
        }

        var down = shape.Columns;
        _brushes = [[-1, 0, 1], [-down, 0, down], [-1, 0, down], [-1, 0, down - 1, down], [0, 1, down]];
        _reversePlay = new ReversePlay(searchDepth);
    }

    /// <exception cref="InvalidOperationException">1,000 attempts gave no room: the shape has no place for its boxes.</exception>
    public SokobanInstance Next(SplitMix64 random)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (TryMake(random) is { } room)
            {
                return room;
            }
        }

        throw new InvalidOperationException($"No {_shape.Rows} × {_shape.Columns} room with {_shape.Boxes} box(es) came out of {MaxAttempts} attempts.");
    }

    private SokobanInstance? TryMake(SplitMix64 random)
    {
        var floor = CarveFloor(random);
        ListCells(floor);
        if (_cells.Count <= _shape.Boxes + 1)
        {
            return null;
        }

        var player = TakeCell(random);
        UInt128 targets = 0;
        for (var box = 0; box < _shape.Boxes; box++)
        {
            targets |= UInt128.One << TakeCell(random);
        }

        var everyCell = UInt128.MaxValue >> (128 - (_shape.Rows * _shape.Columns));
        var level = new SokobanLevel(_shape.Rows, _shape.Columns, everyCell & ~floor, targets);
        var (start, displacement) = _reversePlay.FindFarthest(level, player);
        return displacement == 0 ? null : new SokobanInstance(level, MovePlayer(level, start, displacement, random));
    }

    // The first position may lie on the edge, as in the original; the first step brings it inside.
    private UInt128 CarveFloor(SplitMix64 random)
    {
        UInt128 floor = 0;
        var direction = (Direction)random.NextInt(4);
        var row = 1 + random.NextInt(_shape.Rows - 1);
        var column = 1 + random.NextInt(_shape.Columns - 1);
        for (var step = (int)(StepsPerSide * (_shape.Rows + _shape.Columns)); step > 0; step--)
        {
            if (random.NextBool(TurnProbability))
            {
                direction = (Direction)random.NextInt(4);
            }

            row = Math.Clamp(row + (direction == Direction.Down ? 1 : direction == Direction.Up ? -1 : 0), 1, _shape.Rows - 2);
            column = Math.Clamp(column + (direction == Direction.Right ? 1 : direction == Direction.Left ? -1 : 0), 1, _shape.Columns - 2);
            foreach (var offset in random.Pick(_brushes))
            {
                floor |= UInt128.One << ((row * _shape.Columns) + column + offset);
            }
        }

        return floor & _inside;
    }

    private void ListCells(UInt128 cells)
    {
        _cells.Clear();
        for (; cells != 0; cells &= cells - 1)
        {
            _cells.Add((int)UInt128.TrailingZeroCount(cells));
        }
    }

    private int TakeCell(SplitMix64 random)
    {
        var index = random.NextInt(_cells.Count);
        var cell = _cells[index];
        _cells.RemoveAt(index);
        return cell;
    }

    private SokobanState MovePlayer(SokobanLevel level, SokobanState state, int displacement, SplitMix64 random)
    {
        if (!random.NextBool(displacement == 1 ? 0.8 : 0.5))
        {
            return state;
        }

        var player = state.Player;
        var closed = level.Walls | state.Boxes | (UInt128.One << player);
        for (var step = 0; step < MaxWalk && (step == 0 || random.NextBool(0.5)); step++)
        {
            _cells.Clear();
            for (var direction = Direction.Up; direction <= Direction.Right; direction++)
            {
                var cell = player + level.Offset(direction);
                if ((closed & (UInt128.One << cell)) == 0)
                {
                    _cells.Add(cell);
                }
            }

            if (_cells.Count == 0)
            {
                break;
            }

            player = random.Pick(_cells);
            closed |= UInt128.One << player;
        }

        return state with { Player = player };
    }
}
