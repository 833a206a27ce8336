using Thaw.Learning.Sft.Rows;

namespace Thaw.Learning.Sft.Linting;

/// <summary>Rows that were cut or left out because of their length.</summary>
internal sealed class LengthLinter(RowLimit limit) : ILinter
{
    private readonly RowCount _cut = new();
    private long _rows;

    public void See(RowTokens row)
    {
        _rows++;
        if (row.WasCut)
        {
            _cut.Add(row.Row.Place);
        }
    }

    public IEnumerable<LintFinding> Conclude()
    {
        if (_cut.Rows > 0)
        {
            var end = limit.CutsEnds ? " and have lost the end of their answer" : "";
            yield return new LintFinding(
                LintSeverity.Warning, "rows-cut", _cut.Rows, $"{_cut.Rows} of {_rows + limit.Dropped} rows were cut{end}; the longest has {limit.Longest} tokens", _cut.First);
        }

        if (limit.Dropped > 0)
        {
            yield return new LintFinding(
                LintSeverity.Warning,
                "rows-dropped",
                limit.Dropped,
                $"{limit.Dropped} of {_rows + limit.Dropped} rows were left out, too long or without a target within the limit; the longest has {limit.Longest} tokens",
                limit.FirstDropped);
        }
    }
}
