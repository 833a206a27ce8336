using Thaw.Core.Identity;

namespace Thaw.Core.Tasks.Points;

/// <summary>Hashes that do not depend on the order of cards, and the fold that a hand lies in.</summary>
/// <remarks>By <see cref="StableHash"/>.</remarks>
public static class CanonicalHand
{
    // So that neither hash is one of the other's.
    private const byte CardsMark = 1;
    private const byte FoldMark = 2;

    /// <summary>Hash of the cards, whatever their order.</summary>
    public static ulong HashOf(IReadOnlyList<CardRank> cards) => Hash(CardsMark, cards.Count, cards.Select(card => card.Number));

    /// <summary>The fold of a hand of these values: 70 % train, 10 % validation, 20 % test.</summary>
    /// <remarks>
    /// Decided by how many values there are and by those of them that no split lets a face card count as
    /// (<see cref="FaceCardMappings.EvaluationValues"/>). So hands with the same values lie in one fold, whatever cards and whatever
    /// rule the values come from: no hand that a model is tested on has the values of one that it was trained on. And one hand
    /// lies in the same fold under the rules of all splits, so that they are played on the same hands.
    /// A hash of all values would give the first without the second.
    /// </remarks>
    public static Fold FoldOf(IReadOnlyList<int> values) =>
        FoldOf(values.Count, values.Where(value => !FaceCardMappings.EvaluationValues.Contains(value)));

    /// <summary>The fold that the values of the hand lie in under the rules of all splits.</summary>
    public static Fold FoldOf(IReadOnlyList<CardRank> cards) =>
        FoldOf(cards.Count, cards.Where(card => !card.IsFace && !FaceCardMappings.EvaluationValues.Contains(card.Number)).Select(card => card.Number));

    /// <summary>Which of the orders of its cards this is, from 0: by position, the number of later cards that are lower.</summary>
    internal static int OrderOf(IReadOnlyList<CardRank> cards)
    {
        var order = 0;
        for (var i = 0; i < cards.Count; i++)
        {
            order = (order * (cards.Count - i)) + cards.Skip(i + 1).Count(later => later.Number < cards[i].Number);
        }

        return order;
    }

    private static Fold FoldOf(int count, IEnumerable<int> values) => (Hash(FoldMark, count, values) % 10) switch
    {
        0 or 1 => Fold.Test,
        2 => Fold.Validation,
        _ => Fold.Train,
    };

    private static ulong Hash(byte mark, int count, IEnumerable<int> numbers) =>
        StableHash.Of([mark, (byte)count, .. numbers.Order().Select(number => (byte)number)]);
}
