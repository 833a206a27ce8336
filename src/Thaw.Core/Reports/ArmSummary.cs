using Thaw.Core.Evaluation;
using Thaw.Core.Tasks;

namespace Thaw.Core.Reports;

/// <summary>One arm's results pooled by kind of split; null where the arm has no result of the kind.</summary>
internal sealed record ArmSummary(
    string Name,
    RateInterval? Id,
    RateInterval? Instruction,
    RateInterval? InstructionValidity,
    RateInterval? Fake,
    IReadOnlyList<(string Split, RateInterval Success)> InstructionSplits,
    IReadOnlyList<(string Split, RateInterval Success)> DifficultySplits)
{
    public static ArmSummary Of(ReportArm arm, IReadOnlyList<ReportSplit> splits)
    {
        var instruction = Successes(arm, splits, SplitKind.Instruction);
        var validity = ResultsOf(arm, splits, SplitKind.Instruction)
            .Select(r => RateInterval.OfMean(r.Result.Validity, r.Result.Distinct))
            .ToList();
        return new ArmSummary(
            arm.Name,
            Pool(Successes(arm, splits, SplitKind.Id)),
            Pool(instruction),
            RateInterval.Mean(validity),
            Pool(Successes(arm, splits, SplitKind.Fake)),
            instruction,
            Successes(arm, splits, SplitKind.Difficulty));
    }

    private static RateInterval? Pool(IReadOnlyList<(string Split, RateInterval Success)> rates) =>
        RateInterval.Mean([.. rates.Select(r => r.Success)]);

    private static IReadOnlyList<(string Split, RateInterval Success)> Successes(
        ReportArm arm, IReadOnlyList<ReportSplit> splits, SplitKind kind) =>
        [.. ResultsOf(arm, splits, kind).Select(r => (r.Split, RateInterval.Success(r.Result)))];

    private static IEnumerable<(string Split, SplitResult Result)> ResultsOf(
        ReportArm arm, IReadOnlyList<ReportSplit> splits, SplitKind kind) =>
        from split in splits
        where split.Kind == kind && arm.Results.ContainsKey(split.Name)
        select (split.Name, arm.Results[split.Name]);
}
