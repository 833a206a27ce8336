using System.Text;
using Thaw.Core.Randomness;

namespace Thaw.Learning.Tests.Tokenization;

/// <summary>Unicode strings that tokenizers are known to stumble over.</summary>
internal static class RandomText
{
    // First and last code point of: controls, ASCII, Latin with accents, combining marks, Cyrillic, Hebrew, Arabic, Devanagari, Thai, Hangul jamo,
    // spaces and joiners, arrows, pictographs, kana, Han, syllables, private use, presentation forms, old scripts, letters and digits
    // beyond the basic plane, emoji, Han extension, tags, the last plane.
    private static readonly (int First, int Last)[] s_blocks =
    [
        (0, 31), (32, 126), (127, 0x24F), (0x300, 0x36F), (0x400, 0x4FF), (0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F), (0xE00, 0xE7F), (0x1100, 0x11FF),
        (0x2000, 0x206F), (0x2190, 0x21FF), (0x2600, 0x27BF), (0x3040, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xE000, 0xF8FF), (0xFE00, 0xFFFF),
        (0x10330, 0x1034F), (0x10400, 0x1044F), (0x1D400, 0x1D7FF), (0x1F300, 0x1FAFF), (0x20000, 0x2A6DF), (0xE0000, 0xE007F), (0x10FF00, 0x10FFFF),
    ];

    private static readonly string[] s_morsels =
        [" ", "  ", "\n", "\r\n", "\t", " # \t", " fox", "<answer>", " </answer>", "<think>", "<|im_end|>", "<|", "aaaa", " 12", "...", "⬆️", " 👩‍👩‍👧", "e\u0301", "'s", "don't"];

    public static string Draw(SplitMix64 random, int parts)
    {
        var text = new StringBuilder();
        for (var i = 0; i < parts; i++)
        {
            if (random.NextBool(0.4))
            {
                text.Append(random.Pick(s_morsels));
                continue;
            }

            var (first, last) = random.Pick(s_blocks);
            text.Append(new Rune(first + random.NextInt(last - first + 1)).ToString());
        }

        return text.ToString();
    }
}
