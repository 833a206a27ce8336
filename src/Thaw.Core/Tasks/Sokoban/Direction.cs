namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The four moves, in the order in which ties are broken everywhere: up, down, left, right.</summary>
public enum Direction
{
    Up,
    Down,
    Left,
    Right,
}
