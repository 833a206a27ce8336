using System.Globalization;
using System.Text;

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

    /// <summary>No character below changes or combines.</summary>
    private const char FirstAffected = '\u0300';

    private static readonly Dictionary<int, int[]> s_decompositions = [];
    private static readonly Dictionary<(int, int), int> s_compositions = [];
    private static readonly Dictionary<int, byte> s_classes = [];

    /// <summary>Characters that may not stay as they are; text without them is in form C already.</summary>
    private static readonly HashSet<int> s_suspects = [];

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
    }

    /// <param name="text">Well-formed UTF-16.</param>
    public static string Compose(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange(FirstAffected, char.MaxValue) < 0 || !text.EnumerateRunes().Any(IsSuspect))
        {
            return text;
        }

        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points);
        }

        Order(points);
        var composed = new StringBuilder(text.Length);
        foreach (var point in ComposePairs(points))
        {
            composed.Append(new Rune(point).ToString());
        }

        return composed.ToString();
    }

    private static bool IsSuspect(Rune rune) => rune.Value >= FirstAffected
        && (s_suspects.Contains(rune.Value) || rune.Value is (>= VBase and < VBase + VCount) or (> TBase and < TBase + TCount));

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
                    s_suspects.Add(c);
                }
            }

            return;
        }

        var parts = fields[1..].Select(Hex).ToArray();
        s_decompositions.Add(Hex(fields[0]), parts);
        if (line[0] == '!')
        {
            s_suspects.Add(Hex(fields[0]));
        }
        else
        {
            s_compositions.Add((parts[0], parts[1]), Hex(fields[0]));
            s_suspects.Add(parts[1]);
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
