using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Points;

/// <summary>A kind of hands: how many cards, up to which rank, and which ranks one card is drawn from.</summary>
/// <param name="Name">Splits of one name are played on the same hands.</param>
/// <param name="Largest">Cards are drawn from 1 to this, each as likely as any other, whatever was drawn before.</param>
/// <param name="Forced">The first and last rank that one card is drawn from, or null where all cards are free.</param>
public sealed record HandFamily(string Name, int Cards, int Largest, (int First, int Last)? Forced = null)
{
    /// <summary>The hands of the paper's training: four cards, any of the thirteen ranks.</summary>
    public static HandFamily Training { get; } = new("4-cards", 4, 13);

    /// <summary>One hand in a random order, solvable or not.</summary>
    public PointsInstance Draw(SplitMix64 random)
    {
        var cards = new CardRank[Cards];
        for (var i = 0; i < cards.Length; i++)
        {
            cards[i] = i == 0 && Forced is var (first, last)
                ? new CardRank(first + random.NextInt(last - first + 1))
                : new CardRank(1 + random.NextInt(Largest));
        }

        random.Shuffle(cards);
        return new PointsInstance(cards);
    }
}
