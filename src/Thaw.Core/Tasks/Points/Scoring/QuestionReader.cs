using System.Text.Json;
using Thaw.Core.Scoring;

namespace Thaw.Core.Tasks.Points.Scoring;

/// <summary>Reads a hand and its rules from a row of a foreign file.</summary>
/// <remarks>
/// The cards come from <c>cards</c>, or else the last list of ranks in the prompt. The stated rule comes from <c>binding</c> or
/// <c>stated_binding</c>, or else the prompt. The scored rule is the stated one, unless <c>scored_binding</c> or <c>values</c> gives another
/// or <c>split</c> names a split that scores by another.
/// </remarks>
internal static class QuestionReader
{
    public static IReadOnlyList<string> InstanceForms { get; } =
    [
        "cards: a list of ranks (A, 2 to 10, J, Q, K, 14 to 19); values: what they count when scored, in the same order",
        "binding: the stated rule, as \"J=5 Q=5 K=5\", with target=30 or operators=&,~,@,% behind it; else what the prompt states",
        "scored_binding: a rule to score by in place of the stated one; split: \"fake\" or \"fake-all-5\" does the same",
    ];

    /// <exception cref="FormatException">The row has a hand but its rule cannot be read.</exception>
    public static PointsQuestion? ReadOrNull(CompletionRow row)
    {
        if (CardsOrNull(row) is not { } cards)
        {
            return null;
        }

        var byValues = ValuesOrNull(row, cards) is { } values ? RuleOf(cards, values) : null;
        var stated = RuleOrNull(row, "binding") ?? RuleOrNull(row, "stated_binding") ?? (row.Prompt is { } prompt ? StatedIn(prompt, cards) : byValues ?? PointsRule.Training);
        var scored = RuleOrNull(row, "scored_binding") ?? (byValues is null ? ScoredBySplit(row) : stated with { Faces = byValues.Faces }) ?? stated;
        return new PointsQuestion(cards, stated, scored);
    }

    private static IReadOnlyList<CardRank>? CardsOrNull(CompletionRow row) => row.LinesOrNull("cards") is { } ranks
        ? HandText.CardsOrNull(ranks) ?? throw new FormatException($"cards is not a list of 1 to {PointsSolver.MostCards} ranks: A, 2 to 10, J, Q, K, 14 to 19.")
        : row.Prompt is { } prompt ? HandText.FindCards(prompt) : null;

    private static PointsRule StatedIn(string prompt, IReadOnlyList<CardRank> cards)
    {
        var faces = HandText.FindFaces(prompt);
        return faces is null && cards.Any(card => card.IsFace)
            ? throw new FormatException("the prompt does not say in known words what face cards count as; give the rule as binding.")
            : new PointsRule(faces ?? FaceCardRule.Training, HandText.FindTarget(prompt) ?? PointsRule.TrainingTarget, HandText.FindOperators(prompt));
    }

    private static PointsRule? RuleOrNull(CompletionRow row, string key) => row.TextOrNull(key) is { Length: > 0 } binding ? HandText.ParseRule(binding) : null;

    private static int[]? ValuesOrNull(CompletionRow row, IReadOnlyList<CardRank> cards)
    {
        if (row.ValueOrNull("values") is not { } list)
        {
            return null;
        }

        int[] values = list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0)]
            : [];
        return values.Length == cards.Count ? values : throw new FormatException("values is not a list of as many whole numbers as there are cards.");
    }

    // Equal cards have equal values, and a numeral counts what it is; a face card that the hand does not hold may count anything.
    private static PointsRule RuleOf(IReadOnlyList<CardRank> cards, int[] values)
    {
        int Of(int number) => cards.Zip(values).FirstOrDefault(pair => pair.First.Number == number) is { Second: > 0 } pair ? pair.Second : FaceCardRule.Training.Jack;
        var faces = HandText.RuleOf(Of(11), Of(12), Of(13));
        return faces.ValuesOf(cards).SequenceEqual(values)
            ? PointsRule.Of(faces)
            : throw new FormatException("values are not those of the cards under any rule for face cards.");
    }

    // Foreign files use the key for other things, train and test above all, so what is no split of ours says nothing.
    private static PointsRule? ScoredBySplit(CompletionRow row) => row.ValueOrNull("split") is { ValueKind: JsonValueKind.String } && row.TextOrNull("split") is { } name
        ? PointsSplits.All.FirstOrDefault(split => split.Name == name)?.Scored
        : null;
}
