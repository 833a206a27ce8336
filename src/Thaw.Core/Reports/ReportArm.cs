using Thaw.Core.Evaluation;
using Thaw.Core.Tasks;

namespace Thaw.Core.Reports;

/// <summary>One column of the table.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Description">For people, a few words: <c>words A B C D stated in the prompt</c>. May be empty.</param>
public sealed record ReportSplit(string Name, SplitKind Kind, string Description = "");

/// <summary>One training recipe and all that was measured of it.</summary>
/// <param name="Results">By name of the split; a split that was not played is missing.</param>
public sealed record ReportArm(string Name, string Description, IReadOnlyDictionary<string, SplitResult> Results)
{
    /// <summary>Evaluations during training, by rising step; empty for an arm that was not trained.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>By rising step.</summary>
    public IReadOnlyList<LossPoint> Losses { get; init; } = [];
}

/// <summary>One evaluation during training.</summary>
/// <param name="Splits">By name of the split.</param>
public sealed record CurvePoint(int Step, IReadOnlyDictionary<string, CurveValue> Splits);

/// <summary>What one split gave in an evaluation during training, over <paramref name="N"/> distinct instances.</summary>
public readonly record struct CurveValue(double Success, double Validity, int N);

/// <summary>One line of the training log.</summary>
/// <param name="Loss">Nats per scored token.</param>
public readonly record struct LossPoint(int Step, double Loss, double LearningRate);

/// <summary>Two arms on the same instances of one split.</summary>
public sealed record PairedComparison(string ArmA, string ArmB, string Split, PairedOutcomes Outcomes)
{
    /// <summary>The interval leaves out 0 and McNemar's test agrees: a bootstrap of very few pairs can be too sure of itself.</summary>
    public bool IsClear => Outcomes is { PValue: < 0.05, Difference: { Low: > 0 } or { High: < 0 } };
}
