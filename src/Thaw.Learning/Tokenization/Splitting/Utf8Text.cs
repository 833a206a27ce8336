namespace Thaw.Learning.Tokenization.Splitting;

/// <summary>Reads code points from UTF-8 that is known to be well formed.</summary>
internal static class Utf8Text
{
    public static int CodePointAt(ReadOnlySpan<byte> text, int at, out int width)
    {
        int first = text[at];
        switch (first)
        {
            case < 0x80:
                width = 1;
                return first;
            case < 0xE0:
                width = 2;
                return ((first & 0x1F) << 6) | (text[at + 1] & 0x3F);
            case < 0xF0:
                width = 3;
                return ((first & 0x0F) << 12) | ((text[at + 1] & 0x3F) << 6) | (text[at + 2] & 0x3F);
            default:
                width = 4;
                return ((first & 0x07) << 18) | ((text[at + 1] & 0x3F) << 12) | ((text[at + 2] & 0x3F) << 6) | (text[at + 3] & 0x3F);
        }
    }

    /// <returns>Where the character before <paramref name="at"/> begins.</returns>
    public static int PreviousStart(ReadOnlySpan<byte> text, int at)
    {
        do
        {
            at--;
        }
        while ((text[at] & 0xC0) == 0x80);

        return at;
    }

    public static int NextStart(ReadOnlySpan<byte> text, int at)
    {
        CodePointAt(text, at, out var width);
        return at + width;
    }
}
