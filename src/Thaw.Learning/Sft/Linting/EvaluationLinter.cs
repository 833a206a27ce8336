using Thaw.Core.Evaluation;
using Thaw.Core.Tasks;
using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Sft.Linting;

/// <summary>Rows whose instance a model is evaluated on, so that it would be asked what it was told.</summary>
/// <remarks>
/// Where a task can read the prompt, the fold of its canonical instance decides, whatever instances an evaluation draws. Other rows are compared with the
/// episodes that this run evaluates on, by instance id and by prompt. Rows of the solver come from training instances and are passed over.
/// </remarks>
internal sealed class EvaluationLinter(SftOptions options) : ILinter
{
    private readonly RowCount _byFold = new();
    private readonly RowCount _byText = new();
    private readonly Lazy<HashSet<string>> _evaluated = new(() => EvaluatedBy(options));
    private long _rows;

    public void See(RowTokens row)
    {
        _rows++;
        if (row.Row.IsOfSolver)
        {
            return;
        }

        if (FoldOf(row) is { } fold)
        {
            if (fold != Fold.Train)
            {
                _byFold.Add(row.Row.Place);
            }
        }
        else if (_evaluated.Value.Contains(row.Prompt) || (row.Row.InstanceId.Length > 0 && _evaluated.Value.Contains(row.Row.InstanceId)))
        {
            _byText.Add(row.Row.Place);
        }
    }

    public IEnumerable<LintFinding> Conclude()
    {
        if (_byFold.Rows > 0)
        {
            yield return new LintFinding(
                LintSeverity.Warning,
                "rows-in-evaluation",
                _byFold.Rows,
                $"{_byFold.Rows} of {_rows} rows show instances of the validation or test fold, on which thaw eval would measure memory",
                _byFold.First);
        }

        if (_byText.Rows > 0)
        {
            yield return new LintFinding(
                LintSeverity.Warning, "rows-in-evaluation", _byText.Rows, $"{_byText.Rows} of {_rows} rows are instances or prompts that this run evaluates on", _byText.First);
        }
    }

    private static Fold? FoldOf(RowTokens row) => TaskCatalog.ReaderOf(row.Row.Task) is { } own
        ? own.ReadPrompt(row.Prompt)?.Fold
        : TaskCatalog.Readers.Select(reader => reader.ReadPrompt(row.Prompt)?.Fold).FirstOrDefault(fold => fold is not null);

    private static HashSet<string> EvaluatedBy(SftOptions options)
    {
        var (task, seed) = (TaskCatalog.Find(options.Task), new EvaluationOptions().Seed);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var split in options.EvalSplits.Select(task.FindSplit))
        {
            foreach (var instance in task.DrawInstances(split, Fold.Validation, options.EvalInstances, seed))
            {
                known.Add(instance.Id);
                known.Add(task.Begin(split, instance, seed).Prompt.Text);
            }
        }

        return known;
    }
}
