using Thaw.Core.Identity;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Hashes that a room shares with its rotations and mirror images, and with nothing else.</summary>
/// <remarks><see cref="StableHash"/> over rows, columns and cells of the least of the eight symmetric forms.</remarks>
public static class CanonicalRoom
{
    /// <summary>Hash of walls, targets, boxes and player: which instance this is.</summary>
    public static ulong HashOf(SokobanLevel level, SokobanState state) => LeastHash(level, state.Boxes, UInt128.One << state.Player);

    /// <summary>Hash of walls and targets alone: which room this is, whatever stands in it.</summary>
    public static ulong HashOf(SokobanLevel level) => LeastHash(level, 0, 0);

    /// <summary>The fold of a room: 80 % train, 10 % validation, 10 % test.</summary>
    /// <remarks>
    /// Decided by walls and targets, so that no position that comes up while a training room is played can be the start of a
    /// test room. Splitting by start positions would allow that.
    /// </remarks>
    public static Fold FoldOf(SokobanLevel level) => (HashOf(level) % 10) switch
    {
        0 => Fold.Test,
        1 => Fold.Validation,
        _ => Fold.Train,
    };

    private static ulong LeastHash(SokobanLevel level, UInt128 boxes, UInt128 player)
    {
        var size = 2 + (level.Rows * level.Columns);
        Span<byte> form = stackalloc byte[size];
        Span<byte> least = stackalloc byte[size];
        for (var symmetry = 0; symmetry < 8; symmetry++)
        {
            Write(form, level, boxes, player, symmetry);
            if (symmetry == 0 || form.SequenceCompareTo(least) < 0)
            {
                form.CopyTo(least);
            }
        }

        return StableHash.Of(least);
    }

    // Bit 0 of the symmetry swaps rows and columns, bits 1 and 2 turn them round.
    private static void Write(Span<byte> form, SokobanLevel level, UInt128 boxes, UInt128 player, int symmetry)
    {
        var isTransposed = (symmetry & 1) != 0;
        var (rows, columns) = isTransposed ? (level.Columns, level.Rows) : (level.Rows, level.Columns);
        (form[0], form[1]) = ((byte)rows, (byte)columns);
        for (var at = 0; at < rows * columns; at++)
        {
            var (row, column) = Math.DivRem(at, columns);
            row = (symmetry & 2) != 0 ? rows - 1 - row : row;
            column = (symmetry & 4) != 0 ? columns - 1 - column : column;
            var cell = isTransposed ? (column * level.Columns) + row : (row * level.Columns) + column;
            form[2 + at] = (byte)(Bit(level.Walls, cell) | (Bit(level.Targets, cell) << 1) | (Bit(boxes, cell) << 2) | (Bit(player, cell) << 3));
        }
    }

    private static int Bit(UInt128 cells, int cell) => (int)(cells >> cell & UInt128.One);
}
