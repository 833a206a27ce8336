using Thaw.Core.Randomness.Reference;

namespace Thaw.Core.Tasks.Points.Reference;

/// <summary>The public generator's hands, draw by draw.</summary>
/// <remarks>
/// Cards are drawn with replacement, then shuffled. The solver shuffles the different orders of the values before it tries
/// them, which does not change its verdict but uses up draws, so the hands that follow depend on it.
/// </remarks>
internal static class ReferenceHandGenerator
{
    public const int Target = 24;
    private const int MaxRedraws = 50;

    /// <summary>One hand of the public generator.</summary>
    /// <param name="Values">What is scored; in the order of <paramref name="Ranks"/>.</param>
    public sealed record Hand(IReadOnlyList<string> Ranks, IReadOnlyList<int> Values);

    /// <returns>Null where 51 hands in a row have no solution: the public generator raises, and its data sets skip the seed.</returns>
    public static Hand? Make(ReferenceHandRule rule, uint seed)
    {
        var random = new PythonRandom(seed);
        for (var redraw = 0; redraw <= MaxRedraws; redraw++)
        {
            var cards = DrawCards(rule, random);
            int[] values = [.. cards.Select(rule.ValueOf)];
            ShuffleOrders(values, random);
            if (BracketSolver.CanMake(Target, values))
            {
                return new Hand([.. cards.Select(ReferenceHandRule.RankOf)], values);
            }
        }

        return null;
    }

    private static int[] DrawCards(ReferenceHandRule rule, PythonRandom random)
    {
        var cards = new int[rule.Cards];
        for (var i = 0; i < cards.Length; i++)
        {
            var isForced = rule.ForcesHighCard && i == cards.Length - 1;
            cards[i] = random.NextInt(!isForced ? 1 : rule.Greatest >= 14 ? 14 : 11, rule.Greatest);
        }

        random.Shuffle(cards);
        return cards;
    }

    // Only the number of different orders matters: which of them is tried first does not.
    private static void ShuffleOrders(int[] values, PythonRandom random)
    {
        for (var i = DifferentOrders(values) - 1; i > 0; i--)
        {
            random.NextBelow(i + 1);
        }
    }

    private static int DifferentOrders(int[] values) =>
        values.GroupBy(value => value).Aggregate(Factorial(values.Length), (orders, equal) => orders / Factorial(equal.Count()));

    private static int Factorial(int count) => count < 2 ? 1 : count * Factorial(count - 1);
}
