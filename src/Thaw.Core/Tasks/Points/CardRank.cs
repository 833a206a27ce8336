using System.Globalization;

namespace Thaw.Core.Tasks.Points;

/// <summary>What is printed on a card: A, 2 to 10, J, Q, K, or a numeral from 14 to 19.</summary>
public readonly record struct CardRank
{
    public const int Largest = 19;

    private const string Faces = "JQK";

    /// <param name="number">1 is the ace and 11, 12, 13 are jack, queen and king, whatever a rule lets them count as.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is not 1 to 19.</exception>
    public CardRank(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Largest);
        Number = number;
    }

    public int Number { get; }

    public bool IsFace => Number is >= 11 and <= 13;

    /// <summary>The rank that <paramref name="text"/> names, in any case; null where it names none. Not 1, 11, 12 or 13: these are letters.</summary>
    public static CardRank? ReadOrNull(ReadOnlySpan<char> text)
    {
        for (var number = 1; number <= Largest; number++)
        {
            if (text.Equals(TextOf(number), StringComparison.OrdinalIgnoreCase))
            {
                return new CardRank(number);
            }
        }

        return null;
    }

    /// <summary>Cards with space between them: <c>A 10 J 3</c>.</summary>
    /// <exception cref="FormatException">A word is no rank; the message names it and its place.</exception>
    public static IReadOnlyList<CardRank> ParseHand(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return [.. words.Select((word, index) => ReadOrNull(word)
            ?? throw new FormatException($"Card {index + 1} is '{word}'; A, 2 to 10, J, Q, K and 14 to 19 are known."))];
    }

    public override string ToString() => TextOf(Number);

    private static string TextOf(int number) => number switch
    {
        1 => "A",
        >= 11 and <= 13 => Faces[number - 11].ToString(),
        _ => number.ToString(CultureInfo.InvariantCulture),
    };
}
