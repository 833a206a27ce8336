using System.Globalization;

namespace Thaw.Cli.Verbs;

/// <summary>Numbers on the command line that must lie in a range; the message names the flag.</summary>
internal static class FlagRange
{
    /// <exception cref="UsageException">It is 0 or negative.</exception>
    public static int Positive(string flag, int value) => value > 0 ? value : throw new UsageException($"{flag}: must be positive, not {value}");

    /// <exception cref="UsageException">It is negative.</exception>
    public static int NotNegative(string flag, int value) => value >= 0 ? value : throw new UsageException($"{flag}: must not be negative, but is {value}");

    /// <param name="low">Double.Epsilon stands for "above 0" and is shown as 0.</param>
    /// <exception cref="UsageException">It lies outside, or is not a number.</exception>
    public static double Between(string flag, double value, double low, double high) => value >= low && value <= high
        ? value
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{flag}: must lie between {(low == double.Epsilon ? 0 : low)} and {high}, not {value}"));
}
