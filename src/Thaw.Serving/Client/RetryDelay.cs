namespace Thaw.Serving.Client;

/// <summary>How long to wait before asking again.</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(15);

    /// <summary>Doubles with every failure, and takes between half and all of it, so that many clients do not come back together.</summary>
    /// <param name="failures">From 1.</param>
    /// <param name="chance">In [0, 1).</param>
    public static TimeSpan After(int failures, double chance)
    {
        var full = s_first * Math.Pow(2, Math.Min(failures - 1, 10));
        return (full < s_longest ? full : s_longest) * (0.5 + (0.5 * chance));
    }
}
