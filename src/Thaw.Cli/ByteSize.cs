using System.Globalization;

namespace Thaw.Cli;

/// <summary>Sizes as people and Hugging Face write them: <c>5GB</c>, <c>500MB</c>, <c>2GiB</c>, or bytes.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] s_units =
    [
        ("GIB", 1L << 30), ("MIB", 1L << 20), ("KIB", 1L << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("", 1),
    ];

    /// <returns>Null for anything but a positive size.</returns>
    public static long? ParseOrNull(string text)
    {
        var upper = text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        var (unit, bytes) = s_units.First(unit => upper.EndsWith(unit.Unit, StringComparison.Ordinal));
        return double.TryParse(upper.AsSpan(0, upper.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count * bytes is >= 1 and < long.MaxValue and var size
            ? (long)size
            : null;
    }
}
