namespace Thaw.Core.Tasks.Points;

/// <summary>What a completion gives as its answer.</summary>
/// <param name="Cards">Null where the object has no such list.</param>
/// <param name="Numbers">As they were written; null where the object has no such list.</param>
/// <param name="Formula">What stands before the first =, trimmed.</param>
/// <param name="Claim">What stands behind the first =, trimmed; null where there is no =.</param>
public sealed record PointsAnswer(IReadOnlyList<string>? Cards, IReadOnlyList<string>? Numbers, string Formula, string? Claim)
{
    private const string CardsKey = "cards";
    private const string NumbersKey = "number";
    private const string FormulaKey = "formula";

    /// <summary>Reads the final object: what follows the last { that has the word formula behind it, before any other brace.</summary>
    /// <remarks>
    /// Differs from the paper, which takes the first match: a model that drafts an object in its thoughts is held to the one that it
    /// gave last, and if that one is broken or cut off no earlier one stands in for it. Space, single quotes, words without quotes
    /// in lists, and a comma behind the last entry do no harm. Every character is looked at a few times at most.
    /// </remarks>
    /// <returns>Null where there is no such object, or it is malformed, or its formula is no text.</returns>
    public static PointsAnswer? ReadOrNull(string completion)
    {
        var text = completion.AsSpan();
        while (text.LastIndexOf('{') is >= 0 and var open)
        {
            var inside = text[(open + 1)..];
            var close = inside.IndexOf('}');
            if ((close < 0 ? inside : inside[..close]).Contains(FormulaKey, StringComparison.Ordinal))
            {
                return close >= 0 && FlatObject.ReadOrNull(inside[..close]) is { } entries ? Of(entries) : null;
            }

            text = text[..open];
        }

        return null;
    }

    private static PointsAnswer? Of(FlatObject entries)
    {
        if (entries.TextOrNull(FormulaKey) is not { } formula)
        {
            return null;
        }

        var equals = formula.IndexOf('=', StringComparison.Ordinal);
        return new PointsAnswer(
            entries.ListOrNull(CardsKey),
            entries.ListOrNull(NumbersKey),
            (equals < 0 ? formula : formula[..equals]).Trim(),
            equals < 0 ? null : formula[(equals + 1)..].Trim());
    }
}
