namespace Thaw.Core.Tasks.Sokoban;

/// <summary>How hard a room is, by several measures.</summary>
/// <param name="OptimalLength">Moves of a shortest plan.</param>
/// <param name="Pushes">Moves of that plan that push a box.</param>
/// <param name="StatesExpanded">Positions that breadth-first search expands before it has the plan.</param>
/// <param name="DeadEndShare">Share of the unsolved positions that play can reach and from which none leads to a solution; null where there are more positions than were to be counted.</param>
public sealed record RoomDifficulty(int OptimalLength, int Pushes, int StatesExpanded, double? DeadEndShare)
{
    /// <param name="maxStates">Positions to count for <see cref="DeadEndShare"/>, at most.</param>
    /// <returns>Null where the room cannot be solved.</returns>
    public static RoomDifficulty? Of(SokobanInstance room, int maxStates = 1_000_000)
    {
        if (SokobanSolver.FindShortest(room.Level, room.Start) is not { } solution)
        {
            return null;
        }

        var (state, pushes) = (room.Start, 0);
        foreach (var move in solution.Plan)
        {
            var next = room.Level.Step(state, move);
            pushes += next.Boxes == state.Boxes ? 0 : 1;
            state = next;
        }

        return new RoomDifficulty(solution.Plan.Count, pushes, solution.StatesExpanded, ReachableStates.DeadEndShareOrNull(room, maxStates));
    }
}
