using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class CanonicalHandTests
{
    private static readonly Gen<CardRank[]> s_hands = Gen.Choose(4, 6).SelectMany(count => Gen.Choose(1, 19).Select(number => new CardRank(number)).ArrayOf(count));

    [Fact]
    public void HashOf_AnyOrder_IsTheSame() => Prop.ForAll(WithAnOrder().ToArbitrary(), pair =>
        CanonicalHand.HashOf(pair.Hand) == CanonicalHand.HashOf(pair.Shuffled)
        && new PointsInstance(pair.Hand).Fold == new PointsInstance(pair.Shuffled).Fold
        && new PointsInstance(pair.Hand).Id == new PointsInstance(pair.Shuffled).Id == pair.Hand.SequenceEqual(pair.Shuffled)).QuickCheckThrowOnFailure();

    [Fact]
    public void HashOf_AllSetsOfUpToSixCards_AreDifferent()
    {
        var sets = Enumerable.Range(4, 3).SelectMany(count => Sets(count, 1)).ToList();

        Assert.Equal(sets.Count, sets.Select(CanonicalHand.HashOf).Distinct().Count());
    }

    [Fact]
    public void Id_AllOrdersOfSixCards_AreDifferent()
    {
        var ids = Orders([.. Enumerable.Range(1, 6).Select(number => new CardRank(number))]).Select(cards => new PointsInstance(cards).Id).ToList();

        Assert.Equal(720, ids.Distinct().Count());
        Assert.Single(ids.Select(id => id[..16]).Distinct());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{19}$", id));
    }

    [Fact]
    public void FoldOf_AnyHandUnderAnyEvaluationRule_IsTheFoldOfTheHand()
    {
        var value = Gen.Elements<int>([.. FaceCardMappings.EvaluationValues]);
        var hands = from hand in s_hands from jack in value from queen in value from king in value select (Hand: hand, Rule: new FaceCardRule(jack, queen, king));
        Prop.ForAll(hands.ToArbitrary(), pair =>
            CanonicalHand.FoldOf(pair.Rule.ValuesOf(pair.Hand)) == new PointsInstance(pair.Hand).Fold).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void FoldOf_ValuesOfTwoHands_DependsOnNothingElse()
    {
        // Q as 3 in one hand and a plain 3 in another: the same values, so the same fold, wherever they come from.
        var rule = new FaceCardRule(2, 3, 4);

        Assert.All(Sets(4, 1).Take(3000), cards => Assert.Equal(
            CanonicalHand.FoldOf(rule.ValuesOf(cards)),
            new PointsInstance([.. rule.ValuesOf(cards).Select(number => new CardRank(number))]).Fold));
    }

    [Fact]
    public void FoldOf_SetsOfFourCards_AreDividedAsStated()
    {
        var shares = Sets(4, 1).CountBy(cards => new PointsInstance(cards).Fold).ToDictionary(pair => pair.Key, pair => pair.Value / (double)Sets(4, 1).Count());

        Assert.InRange(shares[Fold.Train], 0.6, 0.8);
        Assert.InRange(shares[Fold.Validation], 0.06, 0.14);
        Assert.InRange(shares[Fold.Test], 0.14, 0.26);
    }

    private static Gen<(CardRank[] Hand, CardRank[] Shuffled)> WithAnOrder() => s_hands.SelectMany(hand => Gen.Shuffle(hand).Select(shuffled => (hand, shuffled.ToArray())));

    private static IEnumerable<CardRank[]> Sets(int cards, int smallest) => cards == 0
        ? [[]]
        : from first in Enumerable.Range(smallest, 13 - smallest + 1) from rest in Sets(cards - 1, first) select (CardRank[])[new(first), .. rest];

    private static IEnumerable<CardRank[]> Orders(CardRank[] cards) => cards.Length == 0
        ? [[]]
        : cards.SelectMany((first, index) => Orders([.. cards[..index], .. cards[(index + 1)..]]).Select(rest => (CardRank[])[first, .. rest]));
}
