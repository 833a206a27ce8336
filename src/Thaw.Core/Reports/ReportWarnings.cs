using System.Globalization;
using Thaw.Core.Statistics;
using Thaw.Core.Tasks;

namespace Thaw.Core.Reports;

/// <summary>What a reader should know before believing the table; found by the program itself.</summary>
public static class ReportWarnings
{
    /// <summary>Half the width of an interval above which it is called wide.</summary>
    private const double WideHalf = 0.10;

    private const double BaseValidity = 0.8;

    private const double BaseSuccess = 0.35;

    public static IReadOnlyList<string> Of(ReportModel model) =>
    [
        .. SmallSamples(model),
        .. RepeatedInstances(model),
        .. BaseNotFit(model),
        .. MissingResults(model),
        .. UnequalInstances(model),
        .. MissingControls(model),
        .. OneSeed(model),
        .. DirtyTree(model),
    ];

    private static IEnumerable<string> SmallSamples(ReportModel model)
    {
        var counts = model.Arms.SelectMany(arm => arm.Results.Values).Select(result => result.Distinct).ToList();
        if (counts.Count == 0)
        {
            yield return "No arm has a test result.";
            yield break;
        }

        var n = counts.Min();
        if (n == 0)
        {
            yield return "At least one split was played on no instance at all; its rates mean nothing.";
            yield break;
        }

        var half = RateInterval.OfMean(0.5, n).High - 0.5;
        if (half > WideHalf)
        {
            yield return $"n = {Count(n)}: the interval of a success rate near one half is ±{Points(half)} points.";
        }

        if (SmallestDetectableEffect.Unpaired(n, 0.5) is { } effect)
        {
            yield return $"n = {Count(n)}: a rate must differ by {Points(effect)} points from one of one half to be told apart four times in five (unpaired; paired comparisons see smaller differences).";
        }
        else
        {
            yield return $"n = {Count(n)}: too few instances to tell any two rates apart reliably.";
        }
    }

    private static IEnumerable<string> RepeatedInstances(ReportModel model) =>
        from split in model.Splits
        let results = model.Arms.Where(arm => arm.Results.ContainsKey(split.Name)).Select(arm => arm.Results[split.Name]).ToList()
        let note = results.Select(result => result.NoteOnRepetition()).FirstOrDefault(note => note is not null)
        where note is not null
        select $"{split.Name}: {note}";

    private static IEnumerable<string> BaseNotFit(ReportModel model)
    {
        if (model.Base is not { } baseArm)
        {
            yield return $"There is no arm \"{ReportModel.BaseArm}\": whether validity was there before training is unknown.";
            yield break;
        }

        foreach (var split in model.Splits.Where(s => s.Kind == SplitKind.Instruction))
        {
            if (baseArm.Results.TryGetValue(split.Name, out var result) && result.Validity < BaseValidity)
            {
                yield return $"The base's validity on {split.Name} is {Rate(result.Validity)}, below {Rate(BaseValidity)}: whether training destroys it is not well posed there.";
            }
        }

        foreach (var split in model.Splits)
        {
            if (baseArm.Results.TryGetValue(split.Name, out var result) && result.Success >= BaseSuccess)
            {
                yield return $"The base already solves {Rate(result.Success)} of {split.Name}: not all of a trained arm's success there comes from its training.";
            }
        }
    }

    private static IEnumerable<string> MissingResults(ReportModel model) =>
        from arm in model.Arms
        let missing = model.Splits.Where(s => !arm.Results.ContainsKey(s.Name)).Select(s => s.Name).ToList()
        where missing.Count > 0
        select $"{arm.Name} was not played on {string.Join(", ", missing)}.";

    private static IEnumerable<string> UnequalInstances(ReportModel model) =>
        from split in model.Splits
        let counts = model.Arms.Where(a => a.Results.ContainsKey(split.Name)).Select(a => a.Results[split.Name].N).Distinct().ToList()
        where counts.Count > 1
        select $"The arms were played on different numbers of {split.Name} instances ({string.Join(", ", counts.Order().Select(Count))}), so their rates are not paired.";

    private static IEnumerable<string> MissingControls(ReportModel model)
    {
        if (model.Splits.Any(s => s.Kind == SplitKind.Instruction) && !model.Splits.Any(s => s.Kind == SplitKind.Fake))
        {
            yield return "No fake split was played: failing under changed instructions cannot be told from ignoring them.";
        }
    }

    private static IEnumerable<string> OneSeed(ReportModel model)
    {
        if (model.Stamp.Seeds.Count == 1)
        {
            yield return "One training seed: the intervals cover the choice of instances, not the spread between training runs.";
        }
    }

    private static IEnumerable<string> DirtyTree(ReportModel model)
    {
        if (model.Stamp.Commit.EndsWith("-dirty", StringComparison.Ordinal))
        {
            yield return "The working tree held changes that the commit does not: the numbers cannot be made again from the commit alone.";
        }
    }

    private static string Count(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static string Points(double rate) => (rate * 100).ToString("0", CultureInfo.InvariantCulture);

    private static string Rate(double rate) => rate.ToString("0.00", CultureInfo.InvariantCulture);
}
