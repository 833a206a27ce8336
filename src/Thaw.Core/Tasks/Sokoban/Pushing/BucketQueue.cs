namespace Thaw.Core.Tasks.Sokoban.Pushing;

/// <summary>Node numbers by priority, a small whole number; the last one in of the least priority comes out first.</summary>
internal sealed class BucketQueue(PushNodes nodes)
{
    private const int None = -1;

    private int[] _heads = [];

    /// <summary>The least priority that is in; <see cref="int.MaxValue"/> where the queue is empty.</summary>
    public int Least { get; private set; } = int.MaxValue;

    public void Add(int number, int priority)
    {
        if (priority >= _heads.Length)
        {
            var before = _heads.Length;
            Array.Resize(ref _heads, Math.Max(priority + 1, before * 2));
            Array.Fill(_heads, None, before, _heads.Length - before);
        }

        nodes[number].Next = _heads[priority];
        _heads[priority] = number;
        Least = Math.Min(Least, priority);
    }

    /// <summary>Takes out the first node that is not stale; -1 where there is none.</summary>
    public int Take()
    {
        while (Least < _heads.Length)
        {
            var number = _heads[Least];
            if (number == None)
            {
                Least++;
                continue;
            }

            _heads[Least] = nodes[number].Next;
            if (!nodes[number].IsStale)
            {
                return number;
            }
        }

        Least = int.MaxValue;
        return None;
    }
}
