using System.Globalization;
using Thaw.Core.Tasks;

namespace Thaw.Core.Reports;

/// <summary>How numbers and names are spelled, the same in Markdown and HTML.</summary>
internal static class ReportFormat
{
    /// <summary>Two decimals, as the paper's tables have.</summary>
    public static string Rate(double rate) => rate.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Interval(double low, double high) => $"{Rate(low)}–{Rate(high)}";

    public static string SignedRate(double rate) => rate.ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture);

    public static string PValue(double p) => p < 0.001 ? "< 0.001" : p.ToString("0.000", CultureInfo.InvariantCulture);

    public static string Count(long count) => count.ToString(CultureInfo.InvariantCulture);

    public static string Started(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 1 } => $"{Count(time.Minutes)} min {Count(time.Seconds)} s",
        _ => $"{Count((long)time.TotalHours)} h {Count(time.Minutes)} min",
    };

    public static string Kind(SplitKind kind) => kind switch
    {
        SplitKind.Id => "ID",
        SplitKind.Instruction => "changed instruction",
        SplitKind.Difficulty => "harder instances",
        SplitKind.Fake => "fake",
        SplitKind.Control => "control",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of split."),
    };

    /// <summary>The reason in words; a name that is no <see cref="FailureReason"/> stays as it is.</summary>
    /// <param name="name">In any casing, with or without hyphens: <c>TrainingWord</c>, <c>training-word</c>.</param>
    public static string Reason(string name)
    {
        var bare = name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        return Enum.TryParse<FailureReason>(bare, ignoreCase: true, out var reason) && Enum.IsDefined(reason)
            ? reason switch
            {
                FailureReason.None => "",
                FailureReason.NoAnswer => "no answer in the requested form",
                FailureReason.UnknownWord => "a word of neither binding",
                FailureReason.TrainingWord => "training word, although another was stated",
                FailureReason.StatedWord => "stated word, although another is scored",
                FailureReason.OutOfTurns => "turns ran out",
                FailureReason.DeadEnd => "dead end: can no longer be solved",
                FailureReason.WrongCards => "not the cards of the hand",
                FailureReason.WrongValues => "not the values of the cards",
                FailureReason.BrokenFormula => "not a legal formula",
                FailureReason.WrongUse => "not every value exactly once",
                FailureReason.WrongResult => "not the target",
                _ => name,
            }
            : name;
    }
}
