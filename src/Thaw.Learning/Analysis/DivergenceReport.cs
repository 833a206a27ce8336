using Thaw.Core.Statistics;

namespace Thaw.Learning.Analysis;

/// <summary>What two models make of the same texts.</summary>
public sealed record DivergenceReport(string Model, string Base, IReadOnlyList<DivergenceResult> Results);

/// <summary>The divergence on one set of texts, nats.</summary>
/// <param name="Set">A split, or <c>neutral</c>.</param>
/// <param name="Completions">Who wrote what the models are compared on; null of a neutral text.</param>
/// <param name="Forward">KL(base ‖ tuned), mean over all tokens of the set.</param>
/// <param name="ForwardStderr">Texts are the clusters: see <see cref="ClusteredRatio"/>.</param>
/// <param name="Reverse">KL(tuned ‖ base), likewise.</param>
/// <param name="ForwardPerText">The same summed over the tokens of a text, mean over texts.</param>
public sealed record DivergenceResult(
    string Set,
    CompletionSource? Completions,
    int Texts,
    long Tokens,
    double Forward,
    double ForwardStderr,
    double Reverse,
    double ReverseStderr,
    double ForwardPerText,
    double ForwardPerTextStderr,
    double ReversePerText,
    double ReversePerTextStderr)
{
    internal static DivergenceResult Of(string set, CompletionSource? completions, IReadOnlyList<RowDivergence> rows)
    {
        var forward = ClusteredRatio.Of([.. rows.Select(row => (row.Forward, (double)row.Tokens))]);
        var reverse = ClusteredRatio.Of([.. rows.Select(row => (row.Reverse, (double)row.Tokens))]);
        var forwardPerText = ClusteredRatio.Of([.. rows.Select(row => (row.Forward, 1.0))]);
        var reversePerText = ClusteredRatio.Of([.. rows.Select(row => (row.Reverse, 1.0))]);
        return new DivergenceResult(
            set,
            completions,
            rows.Count,
            rows.Sum(row => (long)row.Tokens),
            forward.Mean,
            forward.StandardError,
            reverse.Mean,
            reverse.StandardError,
            forwardPerText.Mean,
            forwardPerText.StandardError,
            reversePerText.Mean,
            reversePerText.StandardError);
    }
}
