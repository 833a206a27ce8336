using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Thaw.Learning.Tokenization;

/// <summary>Remembers the tokens of pieces. Safe to use from several threads without locks.</summary>
/// <remarks>
/// A piece has two slots and a newcomer takes the first one that is free, else the second, so memory is bounded and what comes often comes back.
/// Entries never change once they are in a slot, and writing a reference is atomic. At most about 20 MB.
/// </remarks>
internal sealed class PieceCache
{
    /// <summary>In bytes; longer pieces are not kept.</summary>
    public const int MaxLength = 128;

    private const int SlotBits = 16;

    /// <summary>Bytes of a piece that are compared as two numbers.</summary>
    private const int HeadLength = 16;

    private readonly Entry?[] _slots = new Entry?[1 << SlotBits];

    /// <summary>A piece: its length and first bytes, and where its slots are.</summary>
    public readonly record struct Key(ulong Low, ulong High, int Length, int Slot);

    /// <summary>A piece and its tokens.</summary>
    public sealed class Entry(Key key, byte[] tail, int[] tokens)
    {
        public readonly int First = tokens[0];
        public readonly int[] Rest = tokens.Length == 1 ? [] : tokens[1..];

        internal bool Is(in Key other, ReadOnlySpan<byte> piece) =>
            key.Low == other.Low && key.High == other.High && key.Length == other.Length && (other.Length <= HeadLength || piece[HeadLength..].SequenceEqual(tail));
    }

    /// <param name="text">The text that the piece is cut from, so that reading its head may look beyond the piece.</param>
    public static Key KeyOf(ReadOnlySpan<byte> text, int start, int length)
    {
        unchecked
        {
            ulong low, high;
            if (start <= text.Length - HeadLength)
            {
                ref var head = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), start);
                (low, high) = (Unsafe.ReadUnaligned<ulong>(ref head), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref head, 8)));
            }
            else
            {
                Span<byte> head = stackalloc byte[HeadLength];
                text[start..].CopyTo(head);
                (low, high) = (MemoryMarshal.Read<ulong>(head), MemoryMarshal.Read<ulong>(head[8..]));
            }

            low &= length >= 8 ? ulong.MaxValue : (1UL << (8 * length)) - 1;
            high &= length >= 16 ? ulong.MaxValue : length <= 8 ? 0 : (1UL << (8 * (length - 8))) - 1;
            var hash = Mix(low + (ulong)length) ^ high;
            for (var i = HeadLength; i < length; i++)
            {
                hash = Mix(hash) + text[start + i];
            }

            return new Key(low, high, length, (int)(Mix(hash) >> (64 - SlotBits)));
        }
    }

    /// <returns>The entry, or null where the piece is not known.</returns>
    public Entry? Find(in Key key, ReadOnlySpan<byte> piece)
    {
        var entry = _slots[key.Slot];
        if (entry is not null && entry.Is(key, piece))
        {
            return entry;
        }

        entry = _slots[key.Slot ^ 1];
        return entry is not null && entry.Is(key, piece) ? entry : null;
    }

    /// <param name="tokens">At least one.</param>
    public Entry Add(in Key key, ReadOnlySpan<byte> piece, int[] tokens)
    {
        var entry = new Entry(key, key.Length <= HeadLength ? [] : piece[HeadLength..].ToArray(), tokens);
        Volatile.Write(ref _slots[_slots[key.Slot] is null ? key.Slot : key.Slot ^ 1], entry);
        return entry;
    }

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value *= 0x9E3779B97F4A7C15;
            return value ^ (value >> 32);
        }
    }
}
