using System.Runtime.InteropServices;

namespace Thaw.Learning.Tokenization;

/// <summary>Remembers the tokens with which text goes on. Safe to use from several threads without locks, as <see cref="PieceCache"/> is. At most about 10 MB.</summary>
internal sealed class PhraseCache
{
    /// <summary>In bytes.</summary>
    public const int Window = 32;

    private const int SlotBits = 16;

    private readonly Phrase?[] _slots = new Phrase?[1 << SlotBits];

    /// <summary>The next bytes of the text, and where their slots are.</summary>
    public readonly record struct Key(ulong A, ulong B, ulong C, ulong D, int Slot);

    /// <param name="length">How many bytes the tokens stand for; at least one, at most <see cref="Window"/>.</param>
    public sealed class Phrase(Key key, int length, int[] tokens)
    {
        public readonly int Length = length;
        public readonly int[] Tokens = tokens;

        internal bool Is(in Key other) => key.A == other.A && key.B == other.B && key.C == other.C && key.D == other.D;
    }

    public static Key KeyOf(ReadOnlySpan<byte> text, int at)
    {
        var numbers = MemoryMarshal.Cast<byte, ulong>(text.Slice(at, Window));
        var (a, b, c, d) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        unchecked
        {
            var hash = ((a * 0x9E3779B97F4A7C15) ^ (b * 0xC2B2AE3D27D4EB4F)) + ((c * 0x165667B19E3779F9) ^ (d * 0x27D4EB2F165667C5));
            hash ^= hash >> 32;
            hash *= 0x9E3779B97F4A7C15;
            return new Key(a, b, c, d, (int)(hash >> (64 - SlotBits)));
        }
    }

    /// <returns>The phrase, or null where it is not known.</returns>
    public Phrase? Find(in Key key)
    {
        var phrase = _slots[key.Slot];
        if (phrase is not null && phrase.Is(key))
        {
            return phrase;
        }

        phrase = _slots[key.Slot ^ 1];
        return phrase is not null && phrase.Is(key) ? phrase : null;
    }

    public void Add(in Key key, int length, int[] tokens) =>
        Volatile.Write(ref _slots[_slots[key.Slot] is null ? key.Slot : key.Slot ^ 1], new Phrase(key, length, tokens));
}
