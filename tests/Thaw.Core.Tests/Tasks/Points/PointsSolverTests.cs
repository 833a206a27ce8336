using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class PointsSolverTests
{
    [Theory]
    [InlineData(10, 715, 566)]
    [InlineData(13, 1820, 1362)]
    public void CanMake_AllSetsOfFour_IsTheKnownNumber(int largest, int sets, int solvable)
    {
        var all = Sets(4, 1, largest).ToList();

        Assert.Equal(sets, all.Count);
        Assert.Equal(solvable, all.Count(set => PointsSolver.CanMake(set, 24)));
    }

    [Fact]
    public void CanMake_FourCards_AgreesWithTryingEverything() => Prop.ForAll(Hands(4).Zip(Gen.Choose(-30, 60)).ToArbitrary(), hand =>
        PointsSolver.CanMake(hand.Item1, hand.Item2) == NaivePoints.CanMake(hand.Item1, hand.Item2)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CanMake_FewCards_AgreesWithTryingEverything(int cards) => Prop.ForAll(Hands(cards).Zip(Gen.Choose(-20, 200)).ToArbitrary(), hand =>
        PointsSolver.CanMake(hand.Item1, hand.Item2) == NaivePoints.CanMake(hand.Item1, hand.Item2)).QuickCheckThrowOnFailure();

    [Fact]
    public void CanMake_FiveCards_AgreesWithTryingEverything() =>

        // Hands of small cards that make few numbers, so that both answers occur.
        Prop.ForAll(Gen.Choose(1, 4).ArrayOf(5).Zip(Gen.Choose(20, 400)).ToArbitrary(), hand =>
            PointsSolver.CanMake(hand.Item1, hand.Item2) == NaivePoints.CanMake(hand.Item1, hand.Item2)).Check(Config.QuickThrowOnFailure.WithMaxTest(8));

    [Theory]
    [InlineData(new[] { 1, 1, 1, 1, 1 }, 24, false)]
    [InlineData(new[] { 1, 1, 1, 1, 1, 1 }, 24, false)]
    [InlineData(new[] { 1, 1, 1, 1, 1, 1 }, 9, true)]
    [InlineData(new[] { 1, 1, 1, 1, 1, 1 }, 10, false)]
    [InlineData(new[] { 3, 7, 25, 50, 75, 100 }, 952, true)]
    [InlineData(new[] { 100, 100, 100, 100, 100, 100 }, 10_000, true)]
    [InlineData(new[] { 5, 5, 5, 1 }, 24, true)]
    [InlineData(new[] { 19, 19, 19, 19 }, 24, false)]
    public void CanMake_KnownHands_AreDecided(int[] values, int target, bool expected) => Assert.Equal(expected, PointsSolver.CanMake(values, target));

    [Fact]
    public void FindAll_TheHandWithOneFormula_HasThatOne() =>
        Assert.Equal(["8/(3-8/3)"], PointsSolver.FindAll([3, 3, 8, 8], 24).Select(formula => formula.ToString()));

    [Fact]
    public void FindAll_FourCards_AreTheTreesOfTheTargetUpToCommutationAndAssociation() => Prop.ForAll(Hands(4).ToArbitrary(), hand =>
    {
        var expected = NaivePoints.Trees(hand).Where(tree => tree.Value == new NaiveFraction(24, 1)).Select(tree => tree.Canonical).ToHashSet();
        var found = PointsSolver.FindAll(hand, 24).Select(formula => NaiveTree.Parse(formula.ToString())!.Canonical).ToList();
        return found.Count == expected.Count && expected.SetEquals(found);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public void FindAll_ThreeCardsAndAnyTarget_AreTheTreesOfTheTarget() => Prop.ForAll(Hands(3).Zip(Gen.Choose(-10, 40)).ToArbitrary(), hand =>
    {
        var expected = NaivePoints.Trees(hand.Item1).Where(tree => tree.Value == new NaiveFraction(hand.Item2, 1)).Select(tree => tree.Canonical).ToHashSet();
        var found = PointsSolver.FindAll(hand.Item1, hand.Item2).Select(formula => NaiveTree.Parse(formula.ToString())!.Canonical).ToList();
        return found.Count == expected.Count && expected.SetEquals(found);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void FindAll_FiveAndSixCards_AreDifferentFormulasOverTheHand()
    {
        foreach (var hand in new int[][] { [1, 2, 3, 4, 5], [2, 2, 5, 7, 7, 10] })
        {
            var trees = PointsSolver.FindAll(hand, 24).Select(formula => NaiveTree.Parse(formula.ToString())!).ToList();

            Assert.NotEmpty(trees);
            Assert.Equal(trees.Count, trees.Select(tree => tree.Canonical).Distinct().Count());
            Assert.All(trees, tree => Assert.Equal(new NaiveFraction(24, 1), tree.Value));
            Assert.All(trees, tree => Assert.Equal(hand, tree.Numbers.Order().Select(number => (int)number)));
        }
    }

    [Fact]
    public void Solver_EveryHand_DecidesAsItLists() => Prop.ForAll(Gen.Choose(1, 19).ArrayOf(4).ToArbitrary(), hand =>
    {
        var (all, first) = (PointsSolver.FindAll(hand, 24), PointsSolver.FindFirstOrNull(hand, 24));
        return PointsSolver.CanMake(hand, 24) == all.Count > 0
            && all.Count > 0 == first is not null
            && (first is null || (first.TryEvaluate(out var value) && value == new Rational(24) && first.Numbers.Order().SequenceEqual(hand.Order().Select(card => (long)card))));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void FindFirst_EverySolvableSetOfFour_FindsOne() =>
        Assert.All(Sets(4, 1, 13), set => Assert.Equal(PointsSolver.CanMake(set, 24), PointsSolver.FindFirstOrNull(set, 24) is not null));

    [Theory]
    [InlineData(new int[] { }, 24, "A hand holds 1 to 6 cards, not 0.")]
    [InlineData(new[] { 1, 2, 3, 4, 5, 6, 7 }, 24, "A hand holds 1 to 6 cards, not 7.")]
    [InlineData(new[] { 1, 0 }, 24, "A card counts 1 to 100, not 0.")]
    [InlineData(new[] { 101 }, 24, "A card counts 1 to 100, not 101.")]
    [InlineData(new[] { 1 }, 10_001, "A target lies between -10000 and 10000, not 10001.")]
    public void Solver_OutOfRange_SaysWhatIsTaken(int[] values, int target, string message)
    {
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => PointsSolver.CanMake(values, target)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PointsSolver.FindAll(values, target));
        Assert.Throws<ArgumentException>(() => PointsSolver.FindFirstOrNull(values, target));
    }

    private static Gen<int[]> Hands(int cards) => Gen.Choose(1, 13).ArrayOf(cards);

    private static IEnumerable<int[]> Sets(int cards, int smallest, int largest) => cards == 0
        ? [[]]
        : from first in Enumerable.Range(smallest, largest - smallest + 1) from rest in Sets(cards - 1, first, largest) select (int[])[first, .. rest];
}
