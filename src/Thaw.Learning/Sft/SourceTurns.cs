namespace Thaw.Learning.Sft;

/// <summary>Which source the next row of a mixture comes from: so that every beginning of the run holds each source's share to within one row.</summary>
/// <remarks>
/// Of the sources that may have the turn without getting more than their share allows, the one whose next turn is due first has it; ties go
/// to the earlier source. Source: R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32 (1980), with his bound
/// |turns − weight · places| ≤ 1 − 1 / (2k − 2) for k sources. Depends on the place alone, so any place can be asked for; going on from the last one is cheap.
/// </remarks>
internal sealed class SourceTurns
{
    private readonly double[] _shares;
    private readonly long[] _turns;
    private long _places;

    /// <param name="weights">Positive; their ratios count.</param>
    public SourceTurns(IReadOnlyList<double> weights)
    {
        var sum = weights.Sum();
        _shares = [.. weights.Select(weight => weight / sum)];
        _turns = new long[weights.Count];
    }

    public IReadOnlyList<double> Shares => _shares;

    /// <summary>Rows that each source gives to the first <paramref name="places"/> places.</summary>
    public IReadOnlyList<long> Before(long places)
    {
        if (places < _places)
        {
            Array.Clear(_turns);
            _places = 0;
        }

        while (_places < places)
        {
            Next();
        }

        return [.. _turns];
    }

    /// <returns>The source of a place, from 0, and how many rows it gave before.</returns>
    public (int Source, long Before) At(long place)
    {
        Before(place);
        var source = Next();
        return (source, _turns[source] - 1);
    }

    private int Next()
    {
        if (_shares.Length == 1)
        {
            _turns[0]++;
            _places++;
            return 0;
        }

        var slack = 1.0 / ((2 * _shares.Length) - 2);
        var (chosen, first) = (-1, double.PositiveInfinity);
        var (fallback, most) = (0, double.NegativeInfinity);
        for (var i = 0; i < _shares.Length; i++)
        {
            var owed = (_shares[i] * (_places + 1)) - _turns[i];
            var due = (1 - slack - owed) / _shares[i];
            if (owed >= slack && due < first)
            {
                (chosen, first) = (i, due);
            }

            if (owed > most)
            {
                (fallback, most) = (i, owed);
            }
        }

        // Some source is always owed that much; rounding alone could hide it.
        chosen = chosen < 0 ? fallback : chosen;
        _turns[chosen]++;
        _places++;
        return chosen;
    }
}
