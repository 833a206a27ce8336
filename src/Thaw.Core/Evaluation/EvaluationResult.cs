namespace Thaw.Core.Evaluation;

/// <summary>Everything that one evaluation found.</summary>
/// <param name="Splits">By name, in the order in which they were asked for.</param>
/// <param name="Episodes">In the order of the splits, then of the instances.</param>
public sealed record EvaluationResult(
    string Task, IReadOnlyDictionary<string, SplitResult> Splits, IReadOnlyList<EpisodeRecord> Episodes, TimeSpan Elapsed);
