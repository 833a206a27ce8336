using System.Globalization;

namespace Thaw.Core.Tasks.Points;

/// <summary>A hand of cards in the order in which it is shown.</summary>
/// <remarks>The target is not part of it: the instruction states it, so the same hands are played for another one.</remarks>
public sealed class PointsInstance(IReadOnlyList<CardRank> cards) : IInstance
{
    public IReadOnlyList<CardRank> Cards { get; } = [.. cards];

    /// <summary>Nineteen hexadecimal digits: sixteen for the cards, which every order of them shares, and three for the order.</summary>
    /// <remarks>The order is part of what a model reads; there are fewer different sets of four cards than an evaluation may ask for.</remarks>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{CanonicalId}{CanonicalHand.OrderOf(Cards):x3}");

    /// <summary>The cards, whatever their order.</summary>
    public string CanonicalId => $"{CanonicalHand.HashOf(Cards):x16}";

    /// <inheritdoc cref="CanonicalHand.FoldOf(IReadOnlyList{CardRank})"/>
    public Fold Fold => CanonicalHand.FoldOf(Cards);

    /// <summary>True where the hand can be solved under <paramref name="rule"/> and its values lie in the fold of the hand.</summary>
    public bool Suits(PointsRule rule)
    {
        var values = rule.Faces.ValuesOf(Cards);
        return CanonicalHand.FoldOf(values) == Fold && PointsSolver.CanMake(values, rule.Target);
    }

    /// <summary>The cards with a space between them: <c>A 10 J 3</c>.</summary>
    public override string ToString() => string.Join(' ', Cards);
}
