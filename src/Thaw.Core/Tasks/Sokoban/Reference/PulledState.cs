namespace Thaw.Core.Tasks.Sokoban.Reference;

/// <summary>A position of the public reverse search as its array shows it: a box that was ever pulled is coded 3 there, one that still lies on its target 4.</summary>
/// <remarks>So a box pulled round in a circle back to its target makes another state, and the search goes on from it.</remarks>
internal readonly record struct PulledState(UInt128 Boxes, UInt128 Pulled, int Player);
