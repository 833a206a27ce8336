using System.Globalization;
using Thaw.Learning.Collecting;

namespace Thaw.Cli.Output;

/// <summary>What a collection came to, for people.</summary>
internal static class YieldText
{
    /// <summary>Values of one measure that are shown; <c>yield.json</c> has all.</summary>
    private const int MostValues = 12;

    public static IEnumerable<string> Table(CollectYield result)
    {
        yield return $"{"",-34} {"prompts",8} {"kept",8} {"yield",7} {"attempts",9} {"samples",9} {"truncated",10}";
        yield return Line("all", result.Total);
        foreach (var (measure, groups) in result.By)
        {
            if (groups.Count == 1 && measure is "split" or "binding")
            {
                continue;
            }

            foreach (var (value, group) in groups.Take(MostValues))
            {
                yield return Line($"{measure} {value}", group);
            }

            if (groups.Count > MostValues)
            {
                yield return $"{measure}: {groups.Count - MostValues} more in yield.json";
            }
        }

        yield return Invariant($"rows: {result.Rows}, {result.MeanKeptTokens:0.0} tokens each; prompts dropped: {result.Total.Prompts - result.Total.Kept}");
        if (result.Reasons.Count > 0)
        {
            yield return $"not correct: {string.Join(", ", result.Reasons.Select(reason => Invariant($"{reason.Key} {reason.Value}")))}";
        }

        if (result.OtherTokens > 0)
        {
            yield return Invariant($"{result.OtherTokens} rows are read as other tokens than the teacher drew");
        }
    }

    private static string Line(string label, YieldGroup group) => Invariant(
        $"{(label.Length <= 34 ? label : label[..33] + "…"),-34} {group.Prompts,8} {group.Kept,8} {group.Yield,7:0.000} {group.MeanAttempts,9:0.00} {group.Samples,9} {group.TruncatedShare,10:0.000}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
