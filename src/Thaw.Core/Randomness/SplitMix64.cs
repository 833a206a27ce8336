using System.Text;

namespace Thaw.Core.Randomness;

/// <summary>A small stable generator (Steele, Lea and Flood, OOPSLA 2014): the same numbers on every machine and in every version.</summary>
/// <remarks>Made from a label path, so that streams never overlap because their seeds are neighbours.</remarks>
public sealed class SplitMix64(ulong state)
{
    private ulong _state = state;

    /// <summary>The state to write into a checkpoint; a generator made from it goes on where this one is.</summary>
    public ulong State => _state;

    /// <summary>A generator for one consumer: <c>SplitMix64.For(seed, "sokoban/train/17")</c>.</summary>
    public static SplitMix64 For(ulong seed, string label) => new(SeedOf(seed, label));

    /// <summary>FNV-1a over the label's UTF-8, mixed with <paramref name="seed"/>.</summary>
    public static ulong SeedOf(ulong seed, string label)
    {
        unchecked
        {
            var hash = 14695981039346656037UL;
            foreach (var b in Encoding.UTF8.GetBytes(label))
            {
                hash = (hash ^ b) * 1099511628211UL;
            }

            return Mix(Mix(seed + 0x9E3779B97F4A7C15UL) ^ hash);
        }
    }

    public ulong NextUInt64()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15UL;
            return Mix(_state);
        }
    }

    /// <summary>Uniform over 0 .. <paramref name="bound"/> - 1, without bias (Lemire, arXiv:1805.10941).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var range = (ulong)bound;
        var high = Math.BigMul(NextUInt64(), range, out var low);
        if (low < range)
        {
            var threshold = unchecked(0UL - range) % range;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), range, out low);
            }
        }

        return (int)high;
    }

    /// <summary>Uniform in [0, 1) on a grid of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public bool NextBool(double probability) => NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[NextInt(items.Count)];

    /// <summary>Fisher and Yates, in place.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
