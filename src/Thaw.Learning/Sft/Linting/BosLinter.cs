using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Sft.Linting;

/// <summary>The token that begins a text, twice or not at all.</summary>
internal sealed class BosLinter(RowModel model) : ILinter
{
    private readonly RowCount _twice = new();
    private readonly RowCount _missing = new();
    private readonly bool _isWanted = model.BosId is { } bos
        && (model.StartsWithBos || TemplateProbe.PromptOrNull(model, "q")?.StartsWith(model.Tokenizer.TokenText(bos), StringComparison.Ordinal) == true);

    private long _rows;

    public void See(RowTokens row)
    {
        _rows++;
        var ids = row.Example.Ids;
        if (model.BosId is { } bos && ids.Length > 1 && ids[0] == bos && ids[1] == bos)
        {
            _twice.Add(row.Row.Place);
        }
        else if (_isWanted && !row.WasCut && ids[0] != model.BosId)
        {
            _missing.Add(row.Row.Place);
        }
    }

    public IEnumerable<LintFinding> Conclude()
    {
        var name = model.BosId is { } bos ? model.Tokenizer.TokenText(bos) : "";
        if (_twice.Rows > 0)
        {
            yield return new LintFinding(LintSeverity.Error, "double-bos", _twice.Rows, $"{_twice.Rows} of {_rows} rows begin with {name} twice", _twice.First);
        }

        if (_missing.Rows > 0)
        {
            yield return new LintFinding(
                LintSeverity.Warning, "missing-bos", _missing.Rows, $"{_missing.Rows} of {_rows} rows do not begin with {name}, with which the model's own texts begin", _missing.First);
        }
    }
}
