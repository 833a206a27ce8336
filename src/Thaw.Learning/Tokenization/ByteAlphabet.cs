using System.Text;

namespace Thaw.Learning.Tokenization;

/// <summary>The 256 characters by which a byte-level tokenizer spells bytes in its files, so that every token is printable.</summary>
/// <remarks>Printable Latin-1 stands for itself; the other 68 bytes take U+0100 onwards, in order. Source: GPT-2, <c>bytes_to_unicode</c>.</remarks>
internal static class ByteAlphabet
{
    private static readonly char[] s_charOf = new char[256];
    private static readonly short[] s_byteOf = new short[256 + 68];

    static ByteAlphabet()
    {
        Array.Fill(s_byteOf, (short)-1);
        var next = 256;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            s_charOf[b] = (char)(printable ? b : next++);
            s_byteOf[s_charOf[b]] = (short)b;
        }
    }

    /// <summary>All bytes, in the order of their characters: printable ones first.</summary>
    public static IEnumerable<byte> BytesInOrder => Enumerable.Range(0, 256).Select(b => (byte)b).OrderBy(b => s_charOf[b]);

    public static char CharOf(byte value) => s_charOf[value];

    public static string Spell(ReadOnlySpan<byte> bytes)
    {
        var spelling = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
        {
            spelling.Append(s_charOf[b]);
        }

        return spelling.ToString();
    }

    /// <returns>The bytes that the spelling stands for; where a character is not of the alphabet, the spelling's own UTF-8, as the reference decodes it.</returns>
    public static byte[] Unspell(string spelling)
    {
        var bytes = new byte[spelling.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            if (spelling[i] >= s_byteOf.Length || s_byteOf[spelling[i]] < 0)
            {
                return Encoding.UTF8.GetBytes(spelling);
            }

            bytes[i] = (byte)s_byteOf[spelling[i]];
        }

        return bytes;
    }
}
