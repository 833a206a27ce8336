namespace Thaw.Core.Reports;

/// <summary>One step on the way to the arms of a study, and what it came to.</summary>
/// <param name="Kind">What was done: <c>grpo</c>.</param>
/// <param name="Description">From what, and why.</param>
public sealed record ReportStage(string Name, string Kind, string Description)
{
    /// <summary>A few words each.</summary>
    public IReadOnlyList<string> Facts { get; init; } = [];

    /// <summary>Of a stage that samples: all prompts first, then those of one difficulty, split or binding.</summary>
    public IReadOnlyList<ReportYield> Yields { get; init; } = [];
}

/// <summary>How many prompts a teacher answered correctly.</summary>
/// <param name="Kept">Prompts with a kept sample.</param>
/// <param name="MeanAttempts">Up to the first correct sample, over prompts that have one.</param>
/// <param name="TruncatedShare">Of the samples, those that were cut off.</param>
public sealed record ReportYield(string Label, int Prompts, int Kept, double Yield, double MeanAttempts, double TruncatedShare);
