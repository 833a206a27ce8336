using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Sft.Linting;

/// <summary>All linters of a run. A new one is one file and one line here.</summary>
internal sealed class Linters
{
    private readonly DuplicateLinter _duplicates = new();
    private readonly IReadOnlyList<ILinter> _all;

    /// <param name="limit">Counts the rows that no linter sees, being left out.</param>
    public Linters(SftOptions options, RowModel model, RowLimit limit) => _all =
    [
        new EndOfTurnLinter(model, writesStops: !options.UsePeft),
        new PromptLossLinter(model),
        new LengthLinter(limit),
        new BosLinter(model),
        new TemplateLinter(model),
        _duplicates,
        new EvaluationLinter(options),
    ];

    /// <summary>Different rows so far.</summary>
    public int Distinct => _duplicates.Distinct;

    public void See(RowTokens row)
    {
        foreach (var linter in _all)
        {
            linter.See(row);
        }
    }

    public IReadOnlyList<LintFinding> Conclude() => [.. _all.SelectMany(linter => linter.Conclude()).OrderByDescending(finding => finding.Severity)];
}
