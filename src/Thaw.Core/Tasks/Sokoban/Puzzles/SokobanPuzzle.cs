using System.Text;

namespace Thaw.Core.Tasks.Sokoban.Puzzles;

/// <summary>A level of any size and with any number of boxes, and the position in which it starts. Immutable.</summary>
/// <remarks>
/// For levels that others made. <see cref="SokobanLevel"/> is the small and fast form, for rooms of at most
/// <see cref="SokobanLevel.MaxCells"/> cells; <see cref="ToRoomOrNull"/> goes over to it. Here the wall need not follow the edge, but it
/// must enclose the player.
/// </remarks>
public sealed class SokobanPuzzle
{
    /// <summary>Cells of the smallest rectangle around the level.</summary>
    public const int MaxCells = 1 << 16;

    private readonly bool[] _walls;
    private readonly bool[] _targets;

    private SokobanPuzzle(int rows, int columns, bool[] walls, bool[] targets, IReadOnlyList<int> boxes, int player)
    {
        (Rows, Columns, _walls, _targets, Boxes, Player) = (rows, columns, walls, targets, boxes, player);
    }

    public int Rows { get; }

    public int Columns { get; }

    public int CellCount => _walls.Length;

    /// <summary>Cells <c>row * columns + column</c> in ascending order.</summary>
    public IReadOnlyList<int> Boxes { get; }

    public int Player { get; }

    public bool IsWall(int cell) => _walls[cell];

    public bool IsTarget(int cell) => _targets[cell];

    /// <summary>Reads rows in XSB symbols: <c>#</c> wall, <c>$</c> box, <c>*</c> box on target, <c>.</c> target, <c>@</c> player, <c>+</c> player on target, and space, <c>-</c> or <c>_</c> floor.</summary>
    /// <remarks>The letters <c>b</c>, <c>B</c>, <c>o</c>, <c>p</c>, <c>P</c> that some collections have for <c>$ * . @ +</c> are read too. Rows may be ragged: what lies behind the end of one is outside. Floor that the player cannot come to is taken as wall, boxes that stand there on targets with it.</remarks>
    /// <exception cref="FormatException">
    /// An unknown symbol, not exactly one player, not as many boxes as targets, no box, an open wall, a box off target or a bare target that nothing
    /// can come to, or more than <see cref="MaxCells"/> cells. Rows and columns are counted from 1.
    /// </exception>
    public static SokobanPuzzle Parse(IReadOnlyList<string> rows)
    {
        var columns = rows.Count == 0 ? 0 : rows.Max(row => row.Length);
        if ((long)rows.Count * columns > MaxCells)
        {
            throw new FormatException($"a level holds at most {MaxCells} cells, not {rows.Count} × {columns}");
        }

        var draft = new Draft(rows.Count, columns);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < rows[row].Length; column++)
            {
                draft.Put(rows[row][column], row, column);
            }
        }

        return draft.Finish();
    }

    /// <summary>The same level as a puzzle.</summary>
    public static SokobanPuzzle Of(SokobanInstance room) => Parse(
        [.. NoSpace(room.Drawing).Split('\n').Select(row => string.Concat(row.Select(symbol => "# .*$@+"["#_O√XPS".IndexOf(symbol, StringComparison.Ordinal)])))]);

    /// <summary>The level in the small form; null where it does not fit.</summary>
    public SokobanInstance? ToRoomOrNull()
    {
        if (CellCount > SokobanLevel.MaxCells)
        {
            return null;
        }

        UInt128 walls = 0, targets = 0, boxes = 0;
        for (var cell = 0; cell < CellCount; cell++)
        {
            walls |= _walls[cell] ? UInt128.One << cell : 0;
            targets |= _targets[cell] ? UInt128.One << cell : 0;
        }

        foreach (var box in Boxes)
        {
            boxes |= UInt128.One << box;
        }

        return new SokobanInstance(new SokobanLevel(Rows, Columns, walls, targets), new SokobanState(boxes, Player));
    }

    /// <summary>The cell beside <paramref name="cell"/>. Never called for a cell of the edge, which is wall.</summary>
    public int Beside(int cell, Direction direction) => cell + direction switch
    {
        Direction.Up => -Columns,
        Direction.Down => Columns,
        Direction.Left => -1,
        _ => 1,
    };

    /// <summary>Rows in XSB symbols, without space at their ends.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var boxes = Boxes.ToHashSet();
        for (var row = 0; row < Rows; row++)
        {
            var line = string.Concat(Enumerable.Range(row * Columns, Columns).Select(cell => Symbol(cell, boxes.Contains(cell))));
            text.Append(line.TrimEnd()).Append(row < Rows - 1 ? "\n" : "");
        }

        return text.ToString();
    }

    private char Symbol(int cell, bool hasBox) => (_walls[cell], _targets[cell], hasBox, cell == Player) switch
    {
        (true, _, _, _) => '#',
        (_, true, true, _) => '*',
        (_, true, _, true) => '+',
        (_, true, _, _) => '.',
        (_, _, true, _) => '$',
        (_, _, _, true) => '@',
        _ => ' ',
    };

    private static string NoSpace(string drawing) => drawing.Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal);

    /// <summary>A level while it is being read.</summary>
    private sealed class Draft(int rows, int columns)
    {
        private readonly bool[] _walls = new bool[rows * columns];
        private readonly bool[] _targets = new bool[rows * columns];
        private readonly bool[] _boxes = new bool[rows * columns];
        private readonly List<int> _players = [];

        public void Put(char symbol, int row, int column)
        {
            var cell = (row * columns) + column;
            switch (symbol)
            {
                case '#':
                    _walls[cell] = true;
                    break;
                case '@' or '+' or 'p' or 'P':
                    _players.Add(cell);
                    _targets[cell] = symbol is '+' or 'P';
                    break;
                case '$' or '*' or 'b' or 'B':
                    _boxes[cell] = true;
                    _targets[cell] = symbol is '*' or 'B';
                    break;
                case '.' or 'o':
                    _targets[cell] = true;
                    break;
                case not (' ' or '-' or '_'):
                    throw new FormatException($"unknown symbol '{symbol}' at row {row + 1}, column {column + 1}");
            }
        }

        public SokobanPuzzle Finish()
        {
            if (_players is not [var player])
            {
                throw new FormatException($"a level needs exactly one player (@ or +), not {_players.Count}");
            }

            var inside = Inside(player);
            foreach (var cell in Enumerable.Range(0, inside.Length).Where(cell => !inside[cell] && !_walls[cell]))
            {
                CloseOff(cell);
            }

            var boxes = Enumerable.Range(0, _boxes.Length).Where(cell => _boxes[cell]).ToList();
            var targets = _targets.Count(isTarget => isTarget);
            return boxes.Count == 0 ? throw new FormatException("a level needs a box ($ or *) that the player can come to")
                : boxes.Count != targets ? throw new FormatException($"a level needs as many boxes as targets, not {boxes.Count} and {targets}")
                : new SokobanPuzzle(rows, columns, _walls, _targets, boxes, player);
        }

        // Where the player could come to if there were no boxes.
        private bool[] Inside(int player)
        {
            var inside = new bool[_walls.Length];
            inside[player] = true;
            var open = new Stack<int>([player]);
            while (open.TryPop(out var cell))
            {
                var (row, column) = Math.DivRem(cell, columns);
                if (row == 0 || column == 0 || row == rows - 1 || column == columns - 1)
                {
                    throw new FormatException($"the wall is open: the player can come to row {row + 1}, column {column + 1} at the edge");
                }

                foreach (var next in (ReadOnlySpan<int>)[cell - columns, cell + columns, cell - 1, cell + 1])
                {
                    if (!_walls[next] && !inside[next])
                    {
                        inside[next] = true;
                        open.Push(next);
                    }
                }
            }

            return inside;
        }

        private void CloseOff(int cell)
        {
            if (_boxes[cell] != _targets[cell])
            {
                var (row, column) = Math.DivRem(cell, columns);
                throw new FormatException($"the player cannot come to the {(_boxes[cell] ? "box" : "target")} at row {row + 1}, column {column + 1}");
            }

            (_walls[cell], _boxes[cell], _targets[cell]) = (true, false, false);
        }
    }
}
