namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Size and number of boxes of the rooms to make: <c>6x6-1</c>.</summary>
public sealed record RoomShape(int Rows, int Columns, int Boxes)
{
    public override string ToString() => $"{Rows}x{Columns}-{Boxes}";
}
