using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Sft.Linting;

/// <summary>Targets that a model is never asked to write: the prompt, or the opening of a turn.</summary>
internal sealed class PromptLossLinter(RowModel model) : ILinter
{
    private readonly Lazy<HashSet<int>> _openers = new(() => OpenersOf(model));
    private readonly RowCount _prompt = new();
    private readonly RowCount _turns = new();
    private long _rows, _promptTargets, _targets;

    public void See(RowTokens row)
    {
        _rows++;
        var (ids, isTarget) = (row.Example.Ids, row.Example.IsTarget);
        var (inPrompt, openers) = (0, _openers.Value);
        var opens = false;
        for (var i = 1; i < ids.Length; i++)
        {
            if (isTarget[i])
            {
                _targets++;
                inPrompt += i < row.PromptLength && !row.WasCut ? 1 : 0;
                opens |= i >= row.PromptLength && openers.Count > 0 && openers.Contains(ids[i]);
            }
        }

        _promptTargets += inPrompt;
        if (inPrompt > 0)
        {
            _prompt.Add(row.Row.Place);
        }

        if (opens)
        {
            _turns.Add(row.Row.Place);
        }
    }

    public IEnumerable<LintFinding> Conclude()
    {
        if (_prompt.Rows > 0)
        {
            yield return new LintFinding(
                LintSeverity.Warning,
                "prompt-in-loss",
                _prompt.Rows,
                $"{_prompt.Rows} of {_rows} rows have tokens of their prompt as targets, {_promptTargets} of {_targets} targets in all; completion_only_loss true leaves them out",
                _prompt.First);
        }

        if (_turns.Rows > 0)
        {
            yield return new LintFinding(
                LintSeverity.Warning,
                "turn-in-loss",
                _turns.Rows,
                $"{_turns.Rows} of {_rows} rows have the opening of a turn among their targets, which a model is never asked to write",
                _turns.First);
        }
    }

    private static HashSet<int> OpenersOf(RowModel model)
    {
        if (TemplateProbe.OpeningOrNull(model) is not { } opening)
        {
            return [];
        }

        return [.. model.Tokenizer.Encode(opening).Where(id => model.Tokenizer.IsSpecial(id) && !model.StopIds.Contains(id))];
    }
}
