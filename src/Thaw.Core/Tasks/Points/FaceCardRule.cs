namespace Thaw.Core.Tasks.Points;

/// <summary>What jack, queen and king count as. The ace counts 1 and a numeral its number under every rule.</summary>
public sealed record FaceCardRule
{
    /// <exception cref="ArgumentOutOfRangeException">A value is not 1 to <see cref="PointsSolver.LargestValue"/>.</exception>
    public FaceCardRule(int jack, int queen, int king)
    {
        foreach (var value in (ReadOnlySpan<int>)[jack, queen, king])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, PointsSolver.LargestValue);
        }

        (Jack, Queen, King) = (jack, queen, king);
    }

    /// <summary>All three count 10: the rule of the paper's training prompt.</summary>
    public static FaceCardRule Training { get; } = Uniform(10);

    public int Jack { get; }

    public int Queen { get; }

    public int King { get; }

    public bool IsUniform => Jack == Queen && Queen == King;

    public static FaceCardRule Uniform(int value) => new(value, value, value);

    public int ValueOf(CardRank card) => card.Number switch
    {
        11 => Jack,
        12 => Queen,
        13 => King,
        var number => number,
    };

    /// <summary>The values of a hand, in the order of its cards.</summary>
    public int[] ValuesOf(IReadOnlyList<CardRank> cards)
    {
        var values = new int[cards.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ValueOf(cards[i]);
        }

        return values;
    }

    public override string ToString() => $"J={Jack} Q={Queen} K={King}";
}
