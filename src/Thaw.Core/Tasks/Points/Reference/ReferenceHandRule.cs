namespace Thaw.Core.Tasks.Points.Reference;

/// <summary>How the public generator draws the hands of one split.</summary>
/// <param name="Greatest">The greatest number that a card may have; 11, 12 and 13 are J, Q and K, and 1 is A.</param>
/// <param name="ForcesHighCard">One of the cards is drawn from the split's own range: 14 and up where there is one, else J, Q, K.</param>
/// <param name="Jack">What a jack counts when the formula is scored; likewise the others.</param>
internal sealed record ReferenceHandRule(int Cards, int Greatest, bool ForcesHighCard, int Jack, int Queen, int King)
{
    /// <summary>Four cards up to the king, one of them a face card.</summary>
    public static ReferenceHandRule WithFaceCard(int jack, int queen, int king) => new(4, 13, true, jack, queen, king);

    public int ValueOf(int card) => card switch
    {
        11 => Jack,
        12 => Queen,
        13 => King,
        _ => card,
    };

    public static string RankOf(int card) => card switch
    {
        1 => "A",
        11 => "J",
        12 => "Q",
        13 => "K",
        _ => card.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
