namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Positions that wait in a search, the most promising first, and those that have been looked at.</summary>
/// <remarks>Used again for the next search, without an allocation: <see cref="Clear"/> costs next to nothing.</remarks>
internal sealed class PushStates
{
    private const int None = -1;

    // Estimates above this are told apart no more.
    private const int Buckets = 256;

    private readonly int[] _heads = new int[Buckets];
    private readonly StateIndex _seen = new();
    private (SokobanState State, int Next)[] _waiting = new (SokobanState, int)[256];
    private int _count;
    private int _least;
    private int _greatest = Buckets - 1;

    /// <summary>Positions that <see cref="IsNew"/> was true for.</summary>
    public int Seen => _seen.Count;

    public void Clear()
    {
        Array.Fill(_heads, None, 0, _greatest + 1);
        (_count, _least, _greatest) = (0, Buckets, 0);
        _seen.Clear();
    }

    public void Add(SokobanState state, int estimate)
    {
        var bucket = Math.Min(estimate, Buckets - 1);
        if (_count == _waiting.Length)
        {
            Array.Resize(ref _waiting, _count * 2);
        }

        _waiting[_count] = (state, _heads[bucket]);
        _heads[bucket] = _count++;
        _least = Math.Min(_least, bucket);
        _greatest = Math.Max(_greatest, bucket);
    }

    public bool TryTake(out SokobanState state)
    {
        for (; _least <= _greatest; _least++)
        {
            if (_heads[_least] is not None and var index)
            {
                (state, _heads[_least]) = _waiting[index];
                return true;
            }
        }

        state = default;
        return false;
    }

    /// <summary>Whether boxes with the player in the part of the floor that begins with <paramref name="part"/> are looked at for the first time.</summary>
    public bool IsNew(UInt128 boxes, int part) => _seen.TryAdd(new SokobanState(boxes, part), out _);
}
