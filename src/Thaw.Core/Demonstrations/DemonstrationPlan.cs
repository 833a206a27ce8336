using Thaw.Core.Tasks;

namespace Thaw.Core.Demonstrations;

/// <summary>Which demonstrations to write.</summary>
/// <param name="Diversity">Whether the binding is the split's own in every row (without a split, the training one), or drawn for each row.</param>
/// <param name="Seed">Decides everything: the same plan gives the same rows.</param>
/// <param name="DefaultBindingShare">With <see cref="Demonstrations.Diversity.Diverse"/>, the share of rows that keep the training binding; 0 as in the paper.</param>
/// <param name="ExtraStarts">Further start positions drawn for each training instance, beside the generator's own; 0 as in the paper.</param>
/// <param name="Dose">With <see cref="Demonstrations.Diversity.Diverse"/>, how many different bindings the whole dataset uses; null draws one for each row.</param>
/// <param name="Format">What the completion holds before its answer.</param>
/// <param name="Pool">With <see cref="Demonstrations.Diversity.Diverse"/>, the name of the task's pool that bindings are drawn from, such as <c>paper</c>; null is the task's own.</param>
/// <param name="MarkShare">With <see cref="Demonstrations.Diversity.Diverse"/>, the share of rows whose words are letters, digits and symbols; 0 as in the paper.</param>
/// <param name="Split">Whose kind of instances to show, and what the prompt holds beside a drawn binding; null is the paper's training set. Instances are of the training fold whatever the split.</param>
public sealed record DemonstrationPlan(
    Diversity Diversity,
    ulong Seed,
    double DefaultBindingShare = 0.0,
    int ExtraStarts = 0,
    int? Dose = null,
    DemonstrationFormat Format = DemonstrationFormat.Answer,
    string? Pool = null,
    double MarkShare = 0.0,
    Split? Split = null);

public enum Diversity
{
    Frozen,
    Diverse,
}

/// <summary>How much a demonstration thinks aloud. On the command line: <c>answer, cot-terse, cot-brief, cot, cot-full</c>.</summary>
public enum DemonstrationFormat
{
    /// <summary>No thought.</summary>
    Answer,

    /// <summary>One line: from where the next push is made (Sokoban), or what the cards count (points).</summary>
    CotTerse,

    /// <summary>The plan and the word.</summary>
    CotBrief,

    /// <summary>What is where, the plan and why, each move, the word.</summary>
    Cot,

    /// <summary>The same with the whole position drawn after each move (Sokoban), or with the dead ends of the search (points).</summary>
    CotFull,
}
