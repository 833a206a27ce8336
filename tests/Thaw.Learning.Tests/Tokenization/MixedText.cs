using System.Runtime.CompilerServices;
using System.Text;
using Thaw.Core.Randomness;

namespace Thaw.Learning.Tests.Tokenization;

/// <summary>Text of many kinds that tokenizers are known to stumble over, the same for one seed as long as the files of the repository are.</summary>
internal sealed class MixedText(SplitMix64 random, IReadOnlyList<string> addedTokens)
{
    // First and last code point of letters of many scripts, within the basic plane and beyond.
    private static readonly (int First, int Last)[] s_scripts =
    [
        (0xC0, 0x17F), (0x386, 0x3CE), (0x400, 0x45F), (0x531, 0x586), (0x5D0, 0x5EA), (0x620, 0x655), (0x904, 0x94D), (0x985, 0x9CD), (0xB85, 0xBCD),
        (0xC05, 0xC4D), (0xE01, 0xE4E), (0xF40, 0xF84), (0x1000, 0x103F), (0x10D0, 0x10F0), (0x1100, 0x1112), (0x1200, 0x1248), (0x1780, 0x17D3),
        (0x1820, 0x1842), (0x1E00, 0x1EF9), (0x3041, 0x3096), (0x30A1, 0x30FC), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xFB50, 0xFBB1), (0xFF21, 0xFF5A),
        (0x10330, 0x1034A), (0x10400, 0x1044F), (0x12000, 0x12399), (0x1D400, 0x1D454), (0x20000, 0x2A6D6),
    ];

    private static readonly string[] s_spaces = [" ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", " \n", "\n ", "\u00A0", "\u2003", "\u2028", "\u3000", "\u200B", "\u0085", "\v", "\f", "\u180E"];

    private static readonly string[] s_emoji =
        ["😀", "👍🏽", "👩‍👩‍👧", "🏳️‍🌈", "🇩🇪", "1️⃣", "⬆️", "⬆", "❤️‍🔥", "🧑🏿‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☃︎", "🤷‍♂️", "\u200D", "\uFE0F", "🏽"];

    private static readonly string[] s_marks = ["\u0301", "\u0308", "\u0323", "\u0327", "\u0345", "\u0334", "\u05B4", "\u05BC", "\u064B", "\u0651", "\u093C", "\u094D", "\u0E38", "\u0E48", "\u3099", "\u302A"];

    private static readonly string[] s_composable =
        ["e", "A", "o", "s", "\u00E9", "\u01D5", "\u1EA5", "\u212B", "\u2126", "\u0958", "\u1100", "\u1161", "\u11A8", "\uAC00", "\u304B", "\uF900", "\uFB1D", "\u0344", "\u0F73", "q", "\u0915"];

    private static readonly string[] s_numbers = ["0", "7", "42", "123", "2026", "1000000", "3.14", "٣٤", "४२", "Ⅷ", "½", "x²", "①", "１２", "𝟙𝟚", "1e-9", "0x1F", "ⅷ", "〇", "𐄇"];

    private static readonly string[] s_elisions = ["I'm", "you'RE", "it's", "IT'S", "we'Ve", "a'ſ", "don’t", "'ll'D", "''s", "'s's", "o'clock", "'tis", " 'll", "x'\n", "'K", "'re\u0301"];

    private static readonly string[] s_code = ["if (x != null) { return; }", "=>", "::", "\t\tvar y = a[i++];\n", "#include <x>\r\n", "/* * */", "\"\\n\"", "</div>", "&amp;", "${a}", "...", "!!!\n\n", "--", "~~~", "\\", "://www.", "_x_", "C++", "{{ }}", "`ls -la`"];

    private static readonly byte[][] s_broken =
        [[0xFF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xE0, 0x80, 0xAF], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88], [0x80], [0xBF, 0xBF], [0xC3, 0xC3, 0xA9], [0xF0, 0x9F, 0x41]];

    private static readonly string[] s_repository = ReadRepository();

    /// <summary>Each a few kilobytes, some much longer; all kinds in turn.</summary>
    /// <param name="bytes">At least so many in all.</param>
    public IEnumerable<byte[]> Documents(int bytes)
    {
        Func<string>[] kinds = [Excerpt, Words, Excerpt, Mixture, Excerpt, Run, Code, Composing, Mixture, Excerpt, Added, Numbers];
        for (var (i, total) = (0, 0); total < bytes; i++)
        {
            var text = new StringBuilder();
            var length = random.NextInt(4000);
            do
            {
                text.Append(kinds[i % kinds.Length]());
            }
            while (text.Length < length);

            var document = Encoding.UTF8.GetBytes(text.ToString());
            total += document.Length;
            yield return i % 20 == 7 ? Broken(document) : document;
        }
    }

    private static string[] ReadRepository([CallerFilePath] string here = "")
    {
        var root = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..");
        var files = ((string[])["src", "docs", "studies"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".md" or ".yaml" && !file.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        return [.. files.Append(Path.Combine(root, "README.md")).Select(File.ReadAllText).Where(text => text.Length > 200)];
    }

    private string Excerpt()
    {
        var text = random.Pick(s_repository);
        var start = random.NextInt(text.Length);
        return text.Substring(start, Math.Min(random.NextInt(6000), text.Length - start));
    }

    private string Words()
    {
        var (first, last) = random.Pick(s_scripts);
        var text = new StringBuilder();
        for (var words = random.NextInt(30); words >= 0; words--)
        {
            for (var letters = random.NextInt(12); letters >= 0; letters--)
            {
                text.Append(new Rune(first + random.NextInt(last - first + 1)).ToString());
            }

            text.Append(random.Pick(["", " ", " ", ", ", "。", ".\n", "؟ "]));
        }

        return text.ToString();
    }

    private string Mixture() => random.NextInt(6) switch
    {
        0 => random.Pick(s_emoji),
        1 => random.Pick(s_spaces),
        2 => random.Pick(s_elisions),
        3 => ((char)random.NextInt(0x20)).ToString() + (char)(0x7F + random.NextInt(0x22)),
        4 => Words()[..1] is var one && char.IsSurrogate(one[0]) ? "\U0001D49C" : one,
        _ => random.Pick([" the", " The", "a", "Z", " of", "ing", "é", " ", "-", "(", "。", "中", "б", " \u0627\u0644"]),
    };

    private string Run()
    {
        var character = random.Pick(["a", " ", "\n", "-", "界", "😀", "\u0301", "0", "\t", ".", "é", "ا", "=", "\r\n", "Ab", "가"]);
        var length = random.NextInt(random.Pick([40, 300, 3000]));
        return string.Concat(Enumerable.Repeat(character, length)) + random.Pick(["", " x", "\n", "a"]);
    }

    private string Code() => random.Pick(s_code) + random.Pick(s_spaces);

    private string Composing()
    {
        var text = random.Pick(s_composable);
        for (var marks = random.NextInt(4); marks > 0; marks--)
        {
            text += random.Pick(s_marks);
        }

        return text + (random.NextBool(0.2) ? " " : "");
    }

    private string Added()
    {
        var token = addedTokens.Count == 0 ? "<|endoftext|>" : random.Pick(addedTokens);
        return random.NextInt(4) switch
        {
            0 => token[..random.NextInt(token.Length)],
            1 => Mixture() + token,
            2 => token + token,
            _ => random.Pick(s_spaces) + token + random.Pick(s_spaces),
        } is var text && text.Length > 0 && char.IsHighSurrogate(text[^1]) ? text[..^1] : text;
    }

    private string Numbers() => random.Pick(s_numbers) + random.Pick(["", "", " ", ", ", "%", "\n"]);

    private byte[] Broken(byte[] document)
    {
        var bytes = new List<byte>(document);
        for (var i = random.NextInt(40); i >= 0; i--)
        {
            bytes.InsertRange(random.NextInt(bytes.Count + 1), random.NextBool(0.3) ? [(byte)random.NextInt(256)] : random.Pick(s_broken));
        }

        return [.. bytes];
    }
}
