using System.Numerics;

namespace Thaw.Core.Randomness.Reference;

/// <summary>numpy's legacy <c>RandomState</c>, draw by draw; its stream is frozen since numpy 1.16 (NEP 19).</summary>
/// <remarks>Names are ours, numpy's stand in the summaries.</remarks>
internal sealed class NumpyRandomState(uint seed)
{
    private readonly MersenneTwister _twister = MersenneTwister.FromInteger(seed);

    /// <summary><c>random_sample()</c>, also <c>rand()</c>.</summary>
    public double NextDouble() => _twister.NextDouble();

    /// <summary><c>randint(low, high)</c> with numpy's default 64-bit type; <paramref name="high"/> does not belong to it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    public long NextInRange(long low, long high)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(low, high);
        return unchecked(low + (long)NextUpTo((ulong)high - (ulong)low - 1));
    }

    /// <summary><c>randint(bound)</c>.</summary>
    public int NextInt(int bound) => (int)NextInRange(0, bound);

    /// <summary><c>choice(items)</c>.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[NextInt(items.Count)];

    /// <summary><c>choice(items, count, replace=False)</c>: the beginning of a whole permutation, so its cost is that of all items.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or more than there are items.</exception>
    public IReadOnlyList<T> PickDifferent<T>(IReadOnlyList<T> items, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, items.Count);
        return [.. Permutation(items.Count)[..count].Select(index => items[index])];
    }

    /// <summary><c>shuffle(items)</c>, in place.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = (int)NextUpTo((ulong)i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary><c>permutation(count)</c>.</summary>
    public int[] Permutation(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        Shuffle(order);
        return order;
    }

    // Masked rejection; where there is one value only, nothing is drawn.
    private ulong NextUpTo(ulong greatest)
    {
        if (greatest == 0)
        {
            return 0;
        }

        var mask = ulong.MaxValue >> BitOperations.LeadingZeroCount(greatest);
        ulong value;
        do
        {
            value = mask & (greatest <= uint.MaxValue ? _twister.NextUInt32() : ((ulong)_twister.NextUInt32() << 32) | _twister.NextUInt32());
        }
        while (value > greatest);

        return value;
    }
}
