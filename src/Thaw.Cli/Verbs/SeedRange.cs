using System.Globalization;

namespace Thaw.Cli.Verbs;

/// <summary>Consecutive seeds, both ends included: <c>223-242</c>, or one: <c>42</c>.</summary>
internal readonly record struct SeedRange(uint First, int Count)
{
    /// <exception cref="UsageException">The text is none.</exception>
    public static SeedRange Parse(string text)
    {
        var ends = text.Split('-');
        return ends.Length <= 2 && TryParse(ends[0], out var first) && TryParse(ends[^1], out var last) && first <= last && last - first < int.MaxValue
            ? new SeedRange(first, (int)(last - first) + 1)
            : throw new UsageException($"--seeds must be two whole numbers from 0 to {uint.MaxValue} such as 223-242, not '{text}'");
    }

    public override string ToString() => Count == 1 ? $"{First}" : $"{First}-{First + (uint)(Count - 1)}";

    private static bool TryParse(string text, out uint seed) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed);
}
