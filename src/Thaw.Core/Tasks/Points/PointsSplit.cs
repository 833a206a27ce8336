namespace Thaw.Core.Tasks.Points;

/// <summary>A row of the split table: which hands, what the prompt states, and by which rule the judge scores.</summary>
/// <param name="Scored">Null where the judge takes what the prompt states, as everywhere but on Fake.</param>
public sealed record PointsSplit(string Name, SplitKind Kind, HandFamily Hands, BindingSource Stated, PointsRule? Scored = null)
    : Split(Name, Kind, Hands.Name)
{
    /// <summary>True where the hand can be solved under what is stated and under what is scored.</summary>
    public bool Suits(PointsInstance hand) => (Scored is null || hand.Suits(Scored)) && Stated.Suits(hand);
}
