using Thaw.Learning.Training;

namespace Thaw.Learning.Sft.Rows;

/// <summary>What becomes of rows that are too long, and how many there are.</summary>
internal sealed class RowLimit(int maxLength, int maxPositions, Truncation truncation)
{
    private readonly int _limit = Math.Min(maxLength, maxPositions);
    private (string Place, int Length) _first = ("", 0);

    /// <summary>Rows that are longer than the limit.</summary>
    public int TooLong { get; private set; }

    /// <summary>Those of them, and others, that are left out: too long, or without a target within the limit.</summary>
    public int Dropped { get; private set; }

    /// <summary>Tokens of the longest.</summary>
    public int Longest { get; private set; }

    /// <summary>The first row that is left out; empty where none is.</summary>
    public string FirstDropped { get; private set; } = "";

    public bool CutsEnds => truncation == Truncation.Right;

    /// <returns>The row within the limit, or null where it is left out.</returns>
    public TrainingExample? Apply(List<int> ids, List<bool> targets, string place)
    {
        Longest = Math.Max(Longest, ids.Count);
        var start = 0;
        if (ids.Count > _limit)
        {
            _first = TooLong++ == 0 ? (place, ids.Count) : _first;
            if (truncation is Truncation.Error or Truncation.Drop)
            {
                return Drop(place);
            }

            start = truncation == Truncation.Left ? ids.Count - _limit : 0;
        }

        var count = Math.Min(ids.Count, _limit);
        bool[] kept = [.. targets[start..(start + count)]];
        if (count > 0)
        {
            kept[0] = false;
        }

        return kept.Contains(true) ? new TrainingExample([.. ids[start..(start + count)]], kept) : Drop(place);
    }

    /// <summary>With <see cref="Truncation.Error"/>, says which rows are too long once all are read.</summary>
    /// <exception cref="InvalidDataException">There are some.</exception>
    public void ThrowIfExceeded(int rows)
    {
        if (truncation == Truncation.Error && TooLong > 0)
        {
            var key = maxPositions < maxLength ? $"the model's {maxPositions} positions" : $"max_length {maxLength}";
            var cure = Longest <= maxPositions ? $"Give max_length {Longest}, or truncation" : "Give truncation";
            throw new InvalidDataException(
                $"{_first.Place} has {_first.Length} tokens, more than {key}; {TooLong} of {rows} rows are too long, the longest has {Longest}. {cure} drop, right or left.");
        }
    }

    private TrainingExample? Drop(string place)
    {
        FirstDropped = Dropped++ == 0 ? place : FirstDropped;
        return null;
    }
}

/// <summary>What becomes of a row that is too long.</summary>
public enum Truncation
{
    /// <summary>The run does not start.</summary>
    Error,

    /// <summary>It is left out.</summary>
    Drop,

    /// <summary>Its end is cut off; then nothing teaches where it ends.</summary>
    Right,

    /// <summary>Its beginning is cut off.</summary>
    Left,
}
