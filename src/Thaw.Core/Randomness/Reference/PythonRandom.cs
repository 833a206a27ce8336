using System.Numerics;

namespace Thaw.Core.Randomness.Reference;

/// <summary>CPython's <c>random.Random</c>, draw by draw (3.11; the draws named here are the same from 3.2 to 3.13).</summary>
/// <remarks>Names are ours, Python's stand in the summaries. Where Python takes any whole number, this takes what fits in 64 bits.</remarks>
internal sealed class PythonRandom
{
    private readonly MersenneTwister _twister;

    /// <summary><c>random.seed(n)</c>: of a negative number only the size counts.</summary>
    public PythonRandom(BigInteger seed) => _twister = MersenneTwister.FromKey(KeyOf(BigInteger.Abs(seed)));

    /// <summary><c>getrandbits(count)</c>.</summary>
    /// <param name="count">0 to 64.</param>
    public ulong NextBits(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 64);
        if (count == 0)
        {
            return 0;
        }

        // The low word is drawn first; the last word drawn gives its upper bits.
        ulong low = count > 32 ? _twister.NextUInt32() : 0;
        var rest = count > 32 ? count - 32 : count;
        ulong high = _twister.NextUInt32() >> (32 - rest);
        return count > 32 ? low | (high << 32) : high;
    }

    /// <summary><c>random()</c>.</summary>
    public double NextDouble() => _twister.NextDouble();

    /// <summary><c>uniform(low, high)</c>.</summary>
    public double NextDouble(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary><c>randrange(bound)</c>, that is <c>_randbelow_with_getrandbits</c>: as many bits as <paramref name="bound"/> has, until they are below it.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public long NextBelow(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var bits = 64 - BitOperations.LeadingZeroCount((ulong)bound);
        ulong value;
        do
        {
            value = NextBits(bits);
        }
        while (value >= (ulong)bound);

        return (long)value;
    }

    /// <summary><c>randrange(start, stop, step)</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    public long NextInRange(long start, long stop, long step = 1)
    {
        ArgumentOutOfRangeException.ThrowIfZero(step);
        var count = (stop - start + step - Math.Sign(step)) / step;
        return start + (step * NextBelow(count));
    }

    /// <summary><c>randint(low, high)</c>: both ends belong to it.</summary>
    public int NextInt(int low, int high) => (int)NextInRange(low, high + 1L);

    /// <summary><c>choice(items)</c>.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[(int)NextBelow(items.Count)];

    /// <summary><c>shuffle(items)</c>, in place.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = (int)NextBelow(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary><c>sample(items, count)</c>: from a shrinking pool, or by trial where the pool would be large beside the sample.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or more than there are items.</exception>
    public IReadOnlyList<T> Sample<T>(IReadOnlyList<T> items, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, items.Count);
        return items.Count <= LargestPool(count) ? SampleFromPool([.. items], count) : SampleByTrial(items, count);
    }

    private T[] SampleFromPool<T>(T[] pool, int count)
    {
        var sample = new T[count];
        for (var i = 0; i < count; i++)
        {
            var last = pool.Length - i - 1;
            var j = (int)NextBelow(last + 1);
            sample[i] = pool[j];
            pool[j] = pool[last];
        }

        return sample;
    }

    private T[] SampleByTrial<T>(IReadOnlyList<T> items, int count)
    {
        var taken = new HashSet<int>();
        var sample = new T[count];
        for (var i = 0; i < count; i++)
        {
            int j;
            do
            {
                j = (int)NextBelow(items.Count);
            }
            while (!taken.Add(j));

            sample[i] = items[j];
        }

        return sample;
    }

    // CPython compares the memory of a small set with that of a list; three times the sample is never a power of four.
    private static double LargestPool(int count) => 21 + (count > 5 ? Math.Pow(4, Math.Ceiling(Math.Log(count * 3.0) / Math.Log(4))) : 0);

    private static uint[] KeyOf(BigInteger size)
    {
        var bytes = size.ToByteArray(isUnsigned: true);
        var key = new uint[(bytes.Length + 3) / 4];
        for (var i = 0; i < bytes.Length; i++)
        {
            key[i / 4] |= (uint)bytes[i] << (8 * (i % 4));
        }

        return key;
    }
}
