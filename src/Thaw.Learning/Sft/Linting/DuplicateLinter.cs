using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Sft.Linting;

/// <summary>Rows that are there more than once, prompt and answer, and prompts that are there with another answer.</summary>
/// <remarks>
/// Keeps 64 bits of each prompt and answer and the place of each prompt. A solver draws its instances, so its rows come again as often as chance has it;
/// they are no fault and only show in <see cref="Distinct"/>.
/// </remarks>
internal sealed class DuplicateLinter : ILinter
{
    private readonly Dictionary<ulong, string> _rows = [];
    private readonly Dictionary<ulong, (ulong Answer, string Place)> _answers = [];
    private readonly RowCount _duplicates = new();
    private readonly RowCount _conflicts = new();
    private long _seen;

    /// <summary>Different rows so far.</summary>
    public int Distinct => _rows.Count;

    public void See(RowTokens row)
    {
        _seen++;
        var (ids, place) = (row.Example.Ids, row.Row.Place);
        var hash = RowHash.Of(ids);
        if (!_rows.TryAdd(hash, place))
        {
            if (!row.Row.IsOfSolver)
            {
                _duplicates.Add($"{place}, as {_rows[hash]}");
            }
        }
        else if (row.PromptLength > 0 && row.PromptLength < ids.Length && !row.WasCut)
        {
            var prompt = RowHash.Of(ids.AsSpan(0, row.PromptLength));
            var answer = RowHash.Of(ids.AsSpan(row.PromptLength));
            if (!_answers.TryAdd(prompt, (answer, place)) && _answers[prompt].Answer != answer)
            {
                _conflicts.Add($"{place}, against {_answers[prompt].Place}");
            }
        }
    }

    public IEnumerable<LintFinding> Conclude()
    {
        if (_duplicates.Rows > 0)
        {
            yield return new LintFinding(
                LintSeverity.Warning, "duplicate-rows", _duplicates.Rows, $"{_duplicates.Rows} of {_seen} rows are there before, prompt and answer", _duplicates.First);
        }

        if (_conflicts.Rows > 0)
        {
            yield return new LintFinding(
                LintSeverity.Note,
                "conflicting-rows",
                _conflicts.Rows,
                $"{_conflicts.Rows} of {_seen} rows give another answer to a prompt that was there before, which is right only where several answers are",
                _conflicts.First);
        }
    }
}
