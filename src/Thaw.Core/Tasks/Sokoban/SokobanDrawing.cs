namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Rooms as text, in the symbols of the paper, <c># _ O √ X P S</c>, or in others.</summary>
public static class SokobanDrawing
{
    private const int CellWidth = 4;

    public static string Draw(SokobanLevel level, SokobanState state) => Draw(level, state, BoardSymbols.Standard);

    /// <summary>Each cell is space, symbol, space, tab; rows are joined by a newline and the last one has none.</summary>
    public static string Draw(SokobanLevel level, SokobanState state, BoardSymbols symbols)
    {
        var rowWidth = (level.Columns * CellWidth) + 1;
        return string.Create((level.Rows * rowWidth) - 1, (level, state, symbols), (text, room) =>
        {
            for (var cell = 0; cell < room.level.Rows * room.level.Columns; cell++)
            {
                var (row, column) = Math.DivRem(cell, room.level.Columns);
                var at = (row * rowWidth) + (column * CellWidth);
                text[at] = ' ';
                text[at + 1] = Symbol(room.level, room.state, cell, room.symbols);
                text[at + 2] = ' ';
                text[at + 3] = '\t';
                if (at + CellWidth < text.Length && column == room.level.Columns - 1)
                {
                    text[at + CellWidth] = '\n';
                }
            }
        });
    }

    /// <summary>Reads what <see cref="Draw(SokobanLevel, SokobanState)"/> writes. Spaces and tabs are passed over, so one symbol a cell will do.</summary>
    /// <exception cref="FormatException">
    /// An unknown symbol, ragged rows, a gap in the outer wall, more than <see cref="SokobanLevel.MaxCells"/> cells, not exactly
    /// one player, or not as many boxes as targets. Rows and columns are counted from 1.
    /// </exception>
    public static (SokobanLevel Level, SokobanState State) Parse(string drawing)
    {
        var rows = drawing.ReplaceLineEndings("\n").Trim('\n').Split('\n').Select(Symbols).ToArray();
        var columns = rows[0].Length;
        if (rows.Length * columns > SokobanLevel.MaxCells)
        {
            throw new FormatException($"A room holds at most {SokobanLevel.MaxCells} cells, not {rows.Length} × {columns}.");
        }

        UInt128 walls = 0, targets = 0, boxes = 0;
        var players = new List<int>();
        for (var row = 0; row < rows.Length; row++)
        {
            if (rows[row].Length != columns)
            {
                throw new FormatException($"Row {row + 1} has {rows[row].Length} cells, but row 1 has {columns}.");
            }

            for (var column = 0; column < columns; column++)
            {
                var symbol = rows[row][column];
                CheckSymbol(symbol, row, column, rows.Length, columns);
                var cell = (row * columns) + column;
                var bit = UInt128.One << cell;
                walls |= symbol is '#' ? bit : 0;
                targets |= symbol is 'O' or '√' or 'S' ? bit : 0;
                boxes |= symbol is 'X' or '√' ? bit : 0;
                if (symbol is 'P' or 'S')
                {
                    players.Add(cell);
                }
            }
        }

        if (players is not [var player])
        {
            throw new FormatException($"A room needs exactly one player (P or S), not {players.Count}.");
        }

        var (boxCount, targetCount) = (UInt128.PopCount(boxes), UInt128.PopCount(targets));
        return boxCount == targetCount
            ? (new SokobanLevel(rows.Length, columns, walls, targets), new SokobanState(boxes, player))
            : throw new FormatException($"A room needs as many boxes as targets, not {boxCount} and {targetCount}.");
    }

    private static string Symbols(string row) => row.Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal);

    private static void CheckSymbol(char symbol, int row, int column, int rows, int columns)
    {
        if (!"#_O√XPS".Contains(symbol, StringComparison.Ordinal))
        {
            throw new FormatException($"Unknown symbol '{symbol}' at row {row + 1}, column {column + 1}.");
        }

        if (symbol != '#' && (row == 0 || column == 0 || row == rows - 1 || column == columns - 1))
        {
            throw new FormatException($"The edge of a room must be wall, but row {row + 1}, column {column + 1} is '{symbol}'.");
        }
    }

    private static char Symbol(SokobanLevel level, SokobanState state, int cell, BoardSymbols symbols)
    {
        var bit = UInt128.One << cell;
        return ((level.Walls & bit) != 0, (level.Targets & bit) != 0, (state.Boxes & bit) != 0, cell == state.Player) switch
        {
            (true, _, _, _) => symbols.Wall,
            (_, true, true, _) => symbols.BoxOnTarget,
            (_, true, _, true) => symbols.PlayerOnTarget,
            (_, true, _, _) => symbols.Target,
            (_, _, true, _) => symbols.Box,
            (_, _, _, true) => symbols.Player,
            _ => symbols.Floor,
        };
    }
}
