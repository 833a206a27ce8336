namespace Thaw.Core.Tasks.Sokoban;

/// <summary>What moves: the boxes and the player. A value, so that search can hash and compare it.</summary>
/// <param name="Boxes">Bit <c>row * columns + column</c> is set where a box stands.</param>
/// <param name="Player">Cell index of the player.</param>
public readonly record struct SokobanState(UInt128 Boxes, int Player);
