namespace Thaw.Core.Scoring;

/// <summary>What one scorer made of many completions.</summary>
public sealed class ScoreTally
{
    private readonly Dictionary<string, int> _reasons = [];
    private double _sum;
    private int _valid;

    public int Count { get; private set; }

    public int Correct { get; private set; }

    /// <summary>Mean on the scorer's own scale.</summary>
    public double Mean => _sum / Count;

    /// <summary>Share of valid answers.</summary>
    public double Validity => (double)_valid / Count;

    /// <summary>Why completions were not correct, the most frequent reason first.</summary>
    public IEnumerable<KeyValuePair<string, int>> Reasons =>
        _reasons.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal);

    public void Add(Score score)
    {
        Count++;
        _sum += score.Value;
        Correct += score.IsCorrect ? 1 : 0;
        _valid += score.IsValid ? 1 : 0;
        if (score.Reason is { } reason)
        {
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
        }
    }
}
