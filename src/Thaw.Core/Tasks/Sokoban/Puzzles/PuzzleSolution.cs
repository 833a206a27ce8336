namespace Thaw.Core.Tasks.Sokoban.Puzzles;

/// <summary>What a search for a plan came to.</summary>
/// <param name="Plan">Null where none was found.</param>
/// <param name="StatesExpanded">Positions whose pushes were tried, in all searches together.</param>
public sealed record PuzzleSolution(PuzzleOutcome Outcome, IReadOnlyList<Direction>? Plan, long StatesExpanded, TimeSpan Elapsed);

public enum PuzzleOutcome
{
    /// <summary>A plan, and the proof that none has fewer moves.</summary>
    Optimal,

    /// <summary>A plan; whether a shorter one exists is open.</summary>
    Solved,

    /// <summary>The proof that there is no plan.</summary>
    NoSolution,

    /// <summary>No plan and no proof within the time and memory that were given.</summary>
    NotWithinBudget,
}

/// <summary>What the search for one puzzle may use.</summary>
/// <param name="TimeLimit">Wall clock. The tables of a very large puzzle are finished even if that takes longer.</param>
/// <param name="MemoryBytes">For positions and tables, about.</param>
public sealed record PuzzleBudget(TimeSpan TimeLimit, long MemoryBytes = PuzzleBudget.DefaultMemoryBytes)
{
    /// <summary>2 GiB.</summary>
    public const long DefaultMemoryBytes = 1L << 31;
}
