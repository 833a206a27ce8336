namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Size and number of boxes of the rooms to make: <c>6x6-1</c>.</summary>
public sealed record RoomShape(int Rows, int Columns, int Boxes)
{
    /// <summary>The numbers of <see cref="Of"/>, as on the command line.</summary>
    internal static IReadOnlyList<string> Sizes { get; } = ["rows", "cols", "boxes"];

    /// <param name="sizes">One for each of <see cref="Sizes"/>.</param>
    /// <exception cref="ArgumentException">A number is outside its range, or there are more cells than a room holds.</exception>
    internal static RoomShape Of(IReadOnlyList<int> sizes)
    {
        if (sizes is not [var rows, var columns, var boxes])
        {
            throw new ArgumentException($"A room is described by {string.Join(", ", Sizes)}.");
        }

        ThrowIfOutside("rows", rows, 3, SokobanLevel.MaxCells);
        ThrowIfOutside("cols", columns, 3, SokobanLevel.MaxCells);
        ThrowIfOutside("boxes", boxes, 1, SokobanLevel.MaxCells);
        return rows * columns <= SokobanLevel.MaxCells
            ? new RoomShape(rows, columns, boxes)
            : throw new ArgumentException($"A room holds at most {SokobanLevel.MaxCells} cells, not {rows} × {columns}.");
    }

    /// <exception cref="ArgumentException">The value of <c>--name</c> is not in <paramref name="low"/>..<paramref name="high"/>.</exception>
    internal static void ThrowIfOutside(string name, int value, int low, int high)
    {
        if (value < low || value > high)
        {
            throw new ArgumentException($"--{name} must lie between {low} and {high}, not {value}.");
        }
    }

    public override string ToString() => $"{Rows}x{Columns}-{Boxes}";
}
