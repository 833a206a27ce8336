using Thaw.Core.Evaluation;
using Thaw.Core.Tasks;

namespace Thaw.Core.Reports;

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

/// <param name="Splits">By name of the split.</param>
public sealed record CurvePoint(int Step, IReadOnlyDictionary<string, CurveValue> Splits);

public readonly record struct CurveValue(double Success, double Validity, int N);

/// <param name="Loss">Nats per scored token.</param>
public readonly record struct LossPoint(int Step, double Loss, double LearningRate);

/// <summary>Two arms on the same instances of one split.</summary>
/// <param name="OnlyA">Instances that A solved and B did not.</param>
/// <param name="PValue">McNemar's test, not corrected for the number of comparisons.</param>
/// <param name="Difference">Success of A less success of B.</param>
/// <param name="DifferenceLow">Lower bound of the 95 % interval of the paired difference.</param>
public sealed record PairedComparison(
    string ArmA,
    string ArmB,
    string Split,
    int N,
    int OnlyA,
    int OnlyB,
    double PValue,
    double Difference,
    double DifferenceLow,
    double DifferenceHigh);
