namespace Thaw.Core.Tasks.Sokoban;

/// <summary>A shortest way to solve a position.</summary>
/// <param name="Plan">Among equally short plans the first in the order up, down, left, right; empty where nothing is left to do.</param>
/// <param name="OptimalFirstMoves">Every move that some shortest plan begins with, in the same order.</param>
/// <param name="StatesSeen">Different states that the search has met.</param>
/// <param name="StatesExpanded">Those of them whose moves it has tried.</param>
public sealed record SokobanSolution(IReadOnlyList<Direction> Plan, IReadOnlyList<Direction> OptimalFirstMoves, int StatesSeen, int StatesExpanded);
