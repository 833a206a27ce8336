using System.Buffers;
using System.Globalization;
using System.Text;
using Thaw.Learning.Tokenization.Splitting;

namespace Thaw.Learning.Tokenization;

/// <summary>Unicode normalization form C, from our own table.</summary>
/// <remarks>
/// <see cref="string.Normalize()"/> returns its input unchanged where .NET runs without ICU, which a fresh machine lacks.
/// Source: Unicode Standard Annex 15; sections 3.11 and 3.12 of the standard.
/// </remarks>
internal static class CanonicalComposition
{
    private const int HangulBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7;
    private const int LCount = 19, VCount = 21, TCount = 28, HangulCount = LCount * VCount * TCount;

    /// <summary>The first byte, in UTF-8, of U+0300: no character below changes or combines with one before it.</summary>
    private const byte FirstAffected = 0xCC;

    private const byte Starter = 0, Suspect = 255;

    private static readonly Dictionary<int, int[]> s_decompositions = [];
    private static readonly Dictionary<(int, int), int> s_compositions = [];
    private static readonly Dictionary<int, byte> s_classes = [];

    // Of each code point: Suspect if it may not stay as it is, else its combining class. Suspects are what the standard's quick check calls No and Maybe.
    private static readonly byte[] s_kinds = new byte[CodePointSet.LastCodePoint + 1];

    static CanonicalComposition()
    {
        using var resource = typeof(CanonicalComposition).Assembly.GetManifestResourceStream("Thaw.Learning.Tokenization.CanonicalData.txt")
            ?? throw new InvalidOperationException("CanonicalData.txt is not embedded in the assembly.");
        using var reader = new StreamReader(resource);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                ReadLine(line);
            }
        }

        // Of Hangul, a vowel or final consonant may belong to the syllable before it.
        s_kinds.AsSpan(VBase, VCount).Fill(Suspect);
        s_kinds.AsSpan(TBase + 1, TCount - 1).Fill(Suspect);
    }

    public static string Compose(string text) => Compose(Encoding.UTF8.GetBytes(text)) is { } composed ? Encoding.UTF8.GetString(composed) : text;

    /// <param name="text">Well-formed UTF-8.</param>
    /// <returns>The text in form C, or null where it is so already.</returns>
    public static byte[]? Compose(ReadOnlySpan<byte> text)
    {
        ArrayBufferWriter<byte>? composed = null;
        var (copied, starter, lastClass, at) = (0, 0, 0, 0);
        while (at < text.Length)
        {
            if (text[at] < FirstAffected)
            {
                var skipped = text[at..].IndexOfAnyInRange(FirstAffected, byte.MaxValue);
                at = skipped < 0 ? text.Length : at + skipped;
                (starter, lastClass) = (Utf8Text.PreviousStart(text, at), 0);
                continue;
            }

            var kind = s_kinds[Utf8Text.CodePointAt(text, at, out var width)];
            if (kind == Suspect || (kind != Starter && kind < lastClass))
            {
                // Nothing reaches over a starter that is no suspect, so only the part between two of them is composed.
                var end = NextStarter(text, at);
                composed ??= new ArrayBufferWriter<byte>(text.Length);
                composed.Write(text[copied..starter]);
                ComposePart(text[starter..end], composed);
                (copied, starter, lastClass, at) = (end, end, 0, end);
                continue;
            }

            starter = kind == Starter ? at : starter;
            (lastClass, at) = (kind, at + width);
        }

        composed?.Write(text[copied..]);
        return composed?.WrittenSpan.ToArray();
    }

    private static int NextStarter(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && s_kinds[Utf8Text.CodePointAt(text, at, out var width)] != Starter)
        {
            at += width;
        }

        return at;
    }

    private static void ComposePart(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> composed)
    {
        var points = new List<int>(text.Length);
        for (var at = 0; at < text.Length;)
        {
            Decompose(Utf8Text.CodePointAt(text, at, out var width), points);
            at += width;
        }

        Order(points);
        foreach (var point in ComposePairs(points))
        {
            composed.Advance(new Rune(point).EncodeToUtf8(composed.GetSpan(4)));
        }
    }

    private static void ReadLine(string line)
    {
        static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        var fields = line.TrimStart('!', '@').Split(' ');
        if (line[0] == '@')
        {
            foreach (var range in fields[1..])
            {
                for (var c = Hex(range[..range.IndexOf('-', StringComparison.Ordinal)]); c <= Hex(range[(range.IndexOf('-', StringComparison.Ordinal) + 1)..]); c++)
                {
                    s_classes.Add(c, byte.Parse(fields[0], CultureInfo.InvariantCulture));
                    s_kinds[c] = s_kinds[c] == Suspect ? Suspect : s_classes[c];
                }
            }

            return;
        }

        var parts = fields[1..].Select(Hex).ToArray();
        s_decompositions.Add(Hex(fields[0]), parts);
        if (line[0] == '!')
        {
            s_kinds[Hex(fields[0])] = Suspect;
        }
        else
        {
            s_compositions.Add((parts[0], parts[1]), Hex(fields[0]));
            s_kinds[parts[1]] = Suspect;
        }
    }

    private static void Decompose(int point, List<int> points)
    {
        if (s_decompositions.TryGetValue(point, out var parts))
        {
            foreach (var part in parts)
            {
                Decompose(part, points);
            }
        }
        else if (point is >= HangulBase and < HangulBase + HangulCount)
        {
            var index = point - HangulBase;
            points.Add(LBase + (index / (VCount * TCount)));
            points.Add(VBase + (index % (VCount * TCount) / TCount));
            if (index % TCount != 0)
            {
                points.Add(TBase + (index % TCount));
            }
        }
        else
        {
            points.Add(point);
        }
    }

    /// <summary>Sorts each run of combining marks by class, keeping the order of equals.</summary>
    private static void Order(List<int> points)
    {
        for (var start = 0; start < points.Count; start++)
        {
            var end = start;
            while (end < points.Count && ClassOf(points[end]) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var ordered = points[start..end].OrderBy(ClassOf).ToList();
                for (var i = 0; i < ordered.Count; i++)
                {
                    points[start + i] = ordered[i];
                }
            }

            start = end;
        }
    }

    private static List<int> ComposePairs(List<int> points)
    {
        var composed = new List<int>(points.Count);
        var (starter, lastClass) = (-1, 0);
        foreach (var point in points)
        {
            var pointClass = ClassOf(point);

            // A mark reaches its starter unless one of its own or a higher class stands between.
            var reaches = starter >= 0 && (composed.Count - 1 == starter || lastClass < pointClass);
            if (reaches && CompositionOf(composed[starter], point) is { } composite)
            {
                composed[starter] = composite;
                continue;
            }

            if (pointClass == 0)
            {
                starter = composed.Count;
            }

            lastClass = pointClass;
            composed.Add(point);
        }

        return composed;
    }

    private static int? CompositionOf(int first, int second)
    {
        if (first is >= LBase and < LBase + LCount && second is >= VBase and < VBase + VCount)
        {
            return HangulBase + ((((first - LBase) * VCount) + (second - VBase)) * TCount);
        }

        if (first is >= HangulBase and < HangulBase + HangulCount && (first - HangulBase) % TCount == 0 && second is > TBase and < TBase + TCount)
        {
            return first + (second - TBase);
        }

        return s_compositions.TryGetValue((first, second), out var composite) ? composite : null;
    }

    private static int ClassOf(int point) => s_classes.GetValueOrDefault(point);
}
