using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Points;

/// <summary>The face-card rules to train on, and those that training never states.</summary>
public static class FaceCardMappings
{
    private const int LargestRank = 13;

    // One mapping in eight.
    private const int HeldOutOneIn = 8;

    /// <summary>What a face card never counts as in our own training mappings: all that the paper tests on beside its 10.</summary>
    public static IReadOnlyList<int> HeldOutValues { get; } = [5, 7, 11, 12, 13];

    /// <summary>What the splits let face cards count as, except for <c>held-out-mapping</c>, whose mappings are of trained values.</summary>
    public static IReadOnlyList<int> EvaluationValues { get; } = [5, 7, 10, 11, 12, 13];

    /// <summary>The paper's preset <c>mixed</c>, with the mapping 8 9 10 twice as it is there.</summary>
    /// <remarks>all_8, all_9, all_10, mixed_8_9_10, sequential_7_8_9, sequential_8_9_10, low_range_5_7_9, skip_6_8_10. It holds 5 and 7.</remarks>
    public static IReadOnlyList<FaceCardRule> Paper { get; } =
    [
        FaceCardRule.Uniform(8), FaceCardRule.Uniform(9), FaceCardRule.Uniform(10), new(8, 9, 10), new(7, 8, 9), new(8, 9, 10), new(5, 7, 9), new(6, 8, 10),
    ];

    /// <summary>Our own: every mapping into 1 to 13 without a held-out value, except for the training rule and the held-out mappings.</summary>
    public static IReadOnlyList<FaceCardRule> Own { get; } = [.. OfTrainedValues(isHeldOut: false)];

    /// <summary>Mappings of trained values that training never states.</summary>
    public static IReadOnlyList<FaceCardRule> HeldOut { get; } = [.. OfTrainedValues(isHeldOut: true)];

    /// <summary>Every mapping of held-out values alone.</summary>
    public static IReadOnlyList<FaceCardRule> OfHeldOutValues { get; } = [.. Over(HeldOutValues)];

    private static IEnumerable<FaceCardRule> OfTrainedValues(bool isHeldOut) =>
        Over([.. Enumerable.Range(1, LargestRank).Except(HeldOutValues)])
            .Where(rule => rule != FaceCardRule.Training && isHeldOut == (SplitMix64.SeedOf(0, $"points/mapping/{rule}") % HeldOutOneIn == 0));

    private static IEnumerable<FaceCardRule> Over(IReadOnlyList<int> values) =>
        from jack in values from queen in values from king in values select new FaceCardRule(jack, queen, king);
}
