using Thaw.Core.Demonstrations;

namespace Thaw.Core.Tasks.Points;

/// <summary>A row of the split table: which hands, what the prompt states, and by which rule the judge scores.</summary>
/// <param name="Scored">Null where the judge takes what the prompt states, as everywhere but on Fake.</param>
public sealed record PointsSplit(string Name, SplitKind Kind, HandFamily Hands, BindingSource Stated, PointsRule? Scored = null)
    : Split(Name, Kind, Hands.Name)
{
    /// <summary>True where the hand can be solved under what is stated and under what is scored.</summary>
    public bool Suits(PointsInstance hand) => (Scored is null || hand.Suits(Scored)) && Stated.Suits(hand);

    /// <exception cref="ArgumentException">No row of the plan could be right by its own prompt, or the split would have no effect.</exception>
    public void ThrowIfNotTeachable(DemonstrationPlan plan)
    {
        if (Scored is not null)
        {
            throw new ArgumentException($"Split {Name} has no demonstrations: its judge counts the cards otherwise than its prompt states, so every row would teach to ignore the prompt.");
        }

        if (plan.Diversity == Diversity.Diverse && Stated.DiffersByFacesAlone)
        {
            throw new ArgumentException($"Split {Name} differs by what face cards count alone, and diverse rows draw that themselves: one of the two is enough.");
        }
    }
}
