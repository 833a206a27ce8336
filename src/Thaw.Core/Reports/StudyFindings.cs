using Thaw.Core.Tasks;

namespace Thaw.Core.Reports;

/// <summary>The results in plain sentences, one finding each, computed.</summary>
/// <remarks>
/// Every claim rests on bounds of 95 % intervals and has an honest alternative; the thresholds are in <see cref="ObedienceRules"/>.
/// No arm, split or task is known by name, but for <see cref="ReportModel.BaseArm"/>.
/// </remarks>
public static class StudyFindings
{
    /// <summary>An arm's validity from which "it can answer in the stated words" is said, as a lower bound; half of it, as an upper bound, is "cannot".</summary>
    private const double ValidFrom = 0.8;

    /// <summary>A harder split whose upper bound is below this share of the arm's own success is "falls behind".</summary>
    private const double FallsBehind = 0.5;

    public static IReadOnlyList<string> Of(ReportModel model)
    {
        var baseSummary = model.Base is { } baseArm ? ArmSummary.Of(baseArm, model.Splits) : null;
        var sentences = new List<string>();
        foreach (var arm in model.Arms)
        {
            var summary = ArmSummary.Of(arm, model.Splits);
            sentences.Add(InstructionSentence(summary, model.Splits));
            if (baseSummary is not null && arm.Name != baseSummary.Name)
            {
                sentences.AddRange(ValiditySentence(summary, baseSummary));
            }

            sentences.AddRange(DifficultySentence(summary));
        }

        sentences.AddRange(ComparisonSentences(model));
        return sentences;
    }

    private static string InstructionSentence(ArmSummary arm, IReadOnlyList<ReportSplit> splits)
    {
        var obedience = ObedienceRules.Judge(arm);
        if (obedience == Obedience.NotMeasured)
        {
            return arm.Id is { } only
                ? $"{arm.Name} solves {only} under the training instruction; changed instructions were not played."
                : $"{arm.Name} was not played under the training instruction, so nothing can be said about what it learnt.";
        }

        var (id, instruction) = (arm.Id!.Value, arm.Instruction!.Value);
        var solved = $"it solves {id} of the instances under the training instruction";
        var both = $"{solved} and {instruction} under changed instructions";
        var fakeName = string.Join(" and ", splits.Where(s => s.Kind == SplitKind.Fake).Select(s => s.Name));
        var all = arm.Fake is { } fake
            ? $"{solved}, {instruction} under changed instructions, and {fake} on {fakeName}, where only a model that ignores its prompt succeeds"
            : $"{both} (no fake split was played)";

        return obedience switch
        {
            Obedience.NotLearnt => NotLearntSentence(arm, both),
            Obedience.UnclearWhetherLearnt => $"Whether {arm.Name} has learnt the task is unclear at this number of instances: {both}.",
            Obedience.Ignores => $"{arm.Name} ignores its instructions: {all}.{Exceptions(arm, obedience)}",
            Obedience.Fails => $"{arm.Name} fails under changed instructions: {all}. {FailureClause(arm.Fake)}{Exceptions(arm, obedience)}",
            Obedience.Follows => $"{arm.Name} follows its instructions: {all}.{Exceptions(arm, obedience)}",
            Obedience.FollowsInPart => $"{arm.Name} follows its instructions only in part, as far as these numbers show: {all}.{Exceptions(arm, obedience)}",
            Obedience.Mixed => $"{arm.Name} follows some instructions and ignores others: {all}.{Exceptions(arm, obedience)}",
            _ => $"Whether {arm.Name} follows its instructions is unclear at this number of instances: {all}.",
        };
    }

    private static string NotLearntSentence(ArmSummary arm, string both)
    {
        var validity = arm.InstructionValidity!.Value;
        var stated = $"validity under changed instructions is {validity}";
        return validity switch
        {
            { Low: >= ValidFrom } => $"{arm.Name} can answer in the stated words but cannot solve: {stated}; {both}.",
            { High: < ValidFrom / 2 } => $"{arm.Name} neither solves nor answers in the stated words: {stated}; {both}.",
            _ => $"{arm.Name} cannot solve, and answers in the stated words only in part: {stated}; {both}.",
        };
    }

    private static string FailureClause(RateInterval? fake) => fake switch
    {
        null => "Without a fake split one cannot tell whether it ignores them or fails in another way.",
        { High: <= ObedienceRules.Hardly } => "It does not act on the training instruction either, so it is not simply ignoring its prompt.",
        _ => "Whether it ignores them or fails in another way is unclear.",
    };

    /// <summary>Instruction splits that surely differ from what is said of their mean.</summary>
    private static string Exceptions(ArmSummary arm, Obedience said)
    {
        var failed = said is Obedience.Ignores or Obedience.Fails;
        var others = arm.InstructionSplits
            .Where(s => failed ? s.Success.Low > ObedienceRules.Hardly : s.Success.High < ObedienceRules.FollowsFrom(arm.Id!.Value))
            .Select(s => $"{s.Split} {s.Success}")
            .ToList();
        return others.Count == 0 ? "" : $" {(failed ? "It does better on" : "It does worse on")} {Join(others)}.";
    }

    private static IEnumerable<string> ValiditySentence(ArmSummary arm, ArmSummary before)
    {
        if (arm.InstructionValidity is not { } now || before.InstructionValidity is not { } then)
        {
            yield break;
        }

        var change = now.High < then.Low ? "fell"
            : now.Low > then.High ? "rose"
            : "did not clearly change";
        yield return $"Under changed instructions {arm.Name}'s validity {change}: {then} in {before.Name}, {now} after training.";
    }

    private static IEnumerable<string> DifficultySentence(ArmSummary arm)
    {
        if (arm.Id is not { } id || id.Low < ObedienceRules.Solves || arm.DifficultySplits.Count == 0)
        {
            yield break;
        }

        var groups = arm.DifficultySplits
            .GroupBy(s => s.Success.Low >= ObedienceRules.Keeps * id.Rate ? 0 : s.Success.High < FallsBehind * id.Rate ? 2 : 1)
            .OrderBy(g => g.Key)
            .Select(g => (g.Key switch { 0 => "keeps up on ", 2 => "falls behind on ", _ => "is in between, or unclear, on " })
                + Join([.. g.Select(s => $"{s.Split} {s.Success}")]));
        yield return $"On harder instances {arm.Name} {Join([.. groups])}, against {Percent(id)} under the training instruction.";
    }

    private static IEnumerable<string> ComparisonSentences(ReportModel model)
    {
        foreach (var pair in model.Comparisons.GroupBy(c => (c.ArmA, c.ArmB)))
        {
            var groups = pair
                .GroupBy(c => !c.IsClear ? 2 : c.Outcomes.Difference.Low > 0 ? 0 : 1)
                .OrderBy(g => g.Key)
                .Select(g => (g.Key switch { 0 => "higher on ", 1 => "lower on ", _ => "not clearly different on " })
                    + Join([.. g.Select(Difference)]));
            yield return $"{pair.Key.ArmA} against {pair.Key.ArmB} on the same instances, in points of success: {string.Join("; ", groups)}.";
        }
    }

    private static string Difference(PairedComparison comparison)
    {
        var difference = comparison.Outcomes.Difference;
        return $"{comparison.Split} ({RateInterval.Points(difference.Estimate)}, {RateInterval.Points(difference.Low)} to {RateInterval.Points(difference.High)})";
    }

    private static string Percent(RateInterval rate) => RateInterval.Percent(rate.Rate);

    private static string Join(List<string> parts) => parts.Count < 2
        ? string.Concat(parts)
        : $"{string.Join(", ", parts.Take(parts.Count - 1))} and {parts[^1]}";
}
