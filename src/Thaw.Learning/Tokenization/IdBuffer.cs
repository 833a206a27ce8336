using System.Buffers;

namespace Thaw.Learning.Tokenization;

/// <summary>Token ids that grow in number, in memory that is used again: large short-lived arrays would make the collector walk the whole vocabulary.</summary>
internal sealed class IdBuffer(int capacity) : IDisposable
{
    private int[] _ids = ArrayPool<int>.Shared.Rent(capacity);

    public int Count { get; private set; }

    public void Add(int id)
    {
        if (Count == _ids.Length)
        {
            Grow(1);
        }

        _ids[Count++] = id;
    }

    public void AddRange(ReadOnlySpan<int> ids)
    {
        if (_ids.Length - Count < ids.Length)
        {
            Grow(ids.Length);
        }

        ids.CopyTo(_ids.AsSpan(Count));
        Count += ids.Length;
    }

    /// <returns>A copy of the ids from <paramref name="start"/> on.</returns>
    public int[] ToArray(int start = 0) => _ids[start..Count];

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_ids);
        (_ids, Count) = ([], 0);
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<int>.Shared.Rent(Math.Max(2 * _ids.Length, Count + more));
        _ids.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<int>.Shared.Return(_ids);
        _ids = larger;
    }
}
