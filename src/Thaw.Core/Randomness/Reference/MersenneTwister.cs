namespace Thaw.Core.Randomness.Reference;

/// <summary>MT19937 (Matsumoto and Nishimura, ACM TOMACS 8, 1998): the generator behind CPython's <c>random</c> and numpy's <c>RandomState</c>.</summary>
/// <remarks>Only for reproducing the paper's public generators; everything of our own draws from <see cref="SplitMix64"/>.</remarks>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    private MersenneTwister(uint seed)
    {
        unchecked
        {
            _state[0] = seed;
            for (var i = 1; i < Size; i++)
            {
                _state[i] = (1812433253U * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
            }
        }
    }

    /// <summary>The reference implementation's <c>init_genrand</c>, which numpy uses for an integer seed.</summary>
    public static MersenneTwister FromInteger(uint seed) => new(seed);

    /// <summary>The reference implementation's <c>init_by_array</c>, which CPython uses.</summary>
    /// <param name="key">At least one word.</param>
    public static MersenneTwister FromKey(ReadOnlySpan<uint> key)
    {
        var twister = new MersenneTwister(19650218);
        twister.Mix(key);
        return twister;
    }

    public uint NextUInt32()
    {
        if (_next == Size)
        {
            Twist();
        }

        var y = _state[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    /// <summary>Uniform in [0, 1) with 53 bits from two draws.</summary>
    public double NextDouble()
    {
        var high = NextUInt32() >> 5;
        var low = NextUInt32() >> 6;
        return ((high * 67108864.0) + low) * (1.0 / 9007199254740992.0);
    }

    private void Mix(ReadOnlySpan<uint> key)
    {
        unchecked
        {
            var (i, j) = (1, 0);
            for (var k = Math.Max(Size, key.Length); k > 0; k--)
            {
                _state[i] = (_state[i] ^ (Folded(i - 1) * 1664525U)) + key[j] + (uint)j;
                i = NextPlace(i);
                j = (j + 1) % key.Length;
            }

            for (var k = Size - 1; k > 0; k--)
            {
                _state[i] = (_state[i] ^ (Folded(i - 1) * 1566083941U)) - (uint)i;
                i = NextPlace(i);
            }

            _state[0] = 0x80000000;
        }
    }

    private uint Folded(int place) => _state[place] ^ (_state[place] >> 30);

    // The first word takes over from the last where the walk begins anew.
    private int NextPlace(int place)
    {
        if (place + 1 < Size)
        {
            return place + 1;
        }

        _state[0] = _state[Size - 1];
        return 1;
    }

    private void Twist()
    {
        for (var i = 0; i < Size; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7FFFFFFF);
            _state[i] = _state[(i + Middle) % Size] ^ (y >> 1) ^ ((y & 1) * 0x9908B0DFU);
        }

        _next = 0;
    }
}
