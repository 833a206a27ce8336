using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Sft.Linting;

/// <summary>All linters of a run. A new one is one file and one line here.</summary>
internal sealed class Linters(SftOptions options, RowModel model, RowLimit limit)
{
    private readonly IReadOnlyList<ILinter> _all =
    [
        new EndOfTurnLinter(model, writesStops: !options.UsePeft),
        new PromptLossLinter(model),
        new LengthLinter(limit),
        new BosLinter(model),
        new TemplateLinter(model),
        new DuplicateLinter(),
        new EvaluationLinter(options),
    ];

    public void See(RowTokens row)
    {
        foreach (var linter in _all)
        {
            linter.See(row);
        }
    }

    public IReadOnlyList<LintFinding> Conclude() => [.. _all.SelectMany(linter => linter.Conclude()).OrderByDescending(finding => finding.Severity)];
}
