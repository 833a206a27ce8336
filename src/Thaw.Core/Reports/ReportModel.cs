namespace Thaw.Core.Reports;

/// <summary>Everything a report shows, as plain values; whoever runs a study fills it.</summary>
/// <remarks>
/// <see cref="Findings"/> and <see cref="Warnings"/> are computed from the rest:
/// <c>model with { Findings = StudyFindings.Of(model), Warnings = ReportWarnings.Of(model) }</c>.
/// </remarks>
public sealed record ReportModel
{
    /// <summary>The arm that is the untrained base model, where there is one.</summary>
    public const string BaseArm = "base";

    public required RunStamp Stamp { get; init; }

    /// <summary>Name of the task, as on the command line; also picks the paper's rows.</summary>
    public required string Task { get; init; }

    /// <summary>In the order in which the table shows them.</summary>
    public required IReadOnlyList<ReportSplit> Splits { get; init; }

    public required IReadOnlyList<ReportArm> Arms { get; init; }

    /// <summary>What led to the arms, in order; empty where every arm is trained from the base alone.</summary>
    public IReadOnlyList<ReportStage> Stages { get; init; } = [];

    public IReadOnlyList<PairedComparison> Comparisons { get; init; } = [];

    public IReadOnlyList<SampleEpisode> Episodes { get; init; } = [];

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>One sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Where this study differs from the paper, one entry each; the report numbers them.</summary>
    public IReadOnlyList<string> Deviations { get; init; } = [];

    public ReportArm? Base => Arms.FirstOrDefault(arm => arm.Name == BaseArm);
}
