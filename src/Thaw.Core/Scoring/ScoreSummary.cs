namespace Thaw.Core.Scoring;

/// <summary>What a file of completions came to, for each task and scorer; of the rows only the first that differ are kept.</summary>
public sealed class ScoreSummary(int keep = ScoreSummary.DefaultKeep)
{
    private const int DefaultKeep = 10;

    private readonly List<ScoredRow> _firstDifferences = [];

    /// <summary>In the order in which tasks and scorers were met.</summary>
    public OrderedDictionary<(string Task, string Scorer), ScoreTally> Tallies { get; } = [];

    public int Count { get; private set; }

    /// <summary>See <see cref="ScoredRow.Differs"/>.</summary>
    public int Differences { get; private set; }

    /// <summary>See <see cref="ScoredRow.DiffersInValidity"/>.</summary>
    public int ValidityDifferences { get; private set; }

    public IReadOnlyList<ScoredRow> FirstDifferences => _firstDifferences;

    public void Add(ScoredRow row)
    {
        Count++;
        foreach (var (scorer, score) in row.Scores)
        {
            var key = (row.Task, scorer);
            if (!Tallies.TryGetValue(key, out var tally))
            {
                Tallies.Add(key, tally = new ScoreTally());
            }

            tally.Add(score);
        }

        ValidityDifferences += row.DiffersInValidity ? 1 : 0;
        if (row.Differs && Differences++ < keep)
        {
            _firstDifferences.Add(row);
        }
    }
}
