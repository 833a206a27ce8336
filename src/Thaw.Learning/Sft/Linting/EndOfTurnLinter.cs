using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Sft.Linting;

/// <summary>Answers whose end is not learnt, or ends in a token at which nobody stops: a model trained so goes on for ever.</summary>
/// <param name="writesStops">Whether checkpoints get a <c>generation_config.json</c> of their own.</param>
internal sealed class EndOfTurnLinter(RowModel model, bool writesStops) : ILinter
{
    private readonly RowCount _untrained = new();
    private readonly SortedDictionary<int, RowCount> _ends = [];
    private long _rows, _wholeRows;

    public void See(RowTokens row)
    {
        _rows++;
        if (row.WasCut || row.LastTarget is not { } last)
        {
            return;
        }

        _wholeRows++;

        if (model.Tokenizer.IsSpecial(last) && !model.KnownStopIds.Contains(last))
        {
            if (!_ends.TryGetValue(last, out var count))
            {
                _ends[last] = count = new RowCount();
            }

            count.Add(row.Row.Place);
        }
        else if (!HasStop(row))
        {
            _untrained.Add(row.Row.Place);
        }
    }

    public IEnumerable<LintFinding> Conclude()
    {
        if (_untrained.Rows > 0)
        {
            yield return new LintFinding(
                _untrained.Rows == _wholeRows ? LintSeverity.Error : LintSeverity.Warning,
                "end-of-turn-untrained",
                _untrained.Rows,
                $"{_untrained.Rows} of {_rows} rows have no target that ends a turn ({Names(model.StopIds)}), so a model does not learn to stop",
                _untrained.First);
        }

        foreach (var (id, count) in _ends)
        {
            yield return FindingOf(id, count);
        }
    }

    private LintFinding FindingOf(int id, RowCount count)
    {
        var what = $"{count.Rows} of {_rows} rows end in {Names([id])}, which is not in eos_token_id of {model.Folder}";
        return model.StopIds.Contains(id)
            ? writesStops
                ? new LintFinding(LintSeverity.Note, "end-of-turn-added", count.Rows, $"{what}; generation_config.json of the checkpoints will name it", count.First)
                : new LintFinding(LintSeverity.Warning, "end-of-turn-not-listed", count.Rows, $"{what}; an adapter cannot carry it, so add it to the generation_config.json there", count.First)
            : new LintFinding(
                LintSeverity.Error, "end-of-turn-not-listed", count.Rows, $"{what}, so generation would not stop there; add it to generation_config.json, or give eos_token '{model.Tokenizer.TokenText(id)}'", count.First);
    }

    private bool HasStop(RowTokens row)
    {
        var (ids, isTarget) = (row.Example.Ids, row.Example.IsTarget);
        for (var i = ids.Length - 1; i > 0; i--)
        {
            if (isTarget[i] && model.StopIds.Contains(ids[i]))
            {
                return true;
            }
        }

        return false;
    }

    private string Names(IEnumerable<int> ids) => string.Join(", ", ids.Select(id => $"{model.Tokenizer.TokenText(id)} {id}"));
}
