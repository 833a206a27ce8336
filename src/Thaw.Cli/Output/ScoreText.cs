using System.Globalization;
using System.Text.Json.Nodes;
using Thaw.Core.Scoring;
using Thaw.Core.Statistics;

namespace Thaw.Cli.Output;

/// <summary>What scoring a file came to, as a table for people and as one JSON object.</summary>
internal static class ScoreText
{
    private const int LongestCompletion = 80;

    public static IEnumerable<string> Table(ScoreSummary summary, int skipped)
    {
        yield return $"{"task",-10} {"scorer",-11} {"n",7} {"score",7} {"correct",8} {"95 % interval",15} {"valid",6}  reasons";
        foreach (var ((task, scorer), tally) in summary.Tallies)
        {
            var interval = WilsonInterval.Of(tally.Correct, tally.Count);
            var reasons = string.Join(", ", tally.Reasons.Select(reason => $"{reason.Key} {reason.Value}"));
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{task,-10} {scorer,-11} {tally.Count,7} {tally.Mean,7:0.000} {(double)tally.Correct / tally.Count,8:0.000} {$"{interval.Low:0.000}..{interval.High:0.000}",15} {tally.Validity,6:0.000}  {reasons}");
        }

        yield return summary.Differences == 0
            ? "The scorers agree on every line on what is correct."
            : $"The scorers differ on what is correct on {summary.Differences} of {summary.Count} lines{(summary.Differences > summary.FirstDifferences.Count ? ", first" : "")}:";
        foreach (var row in summary.FirstDifferences)
        {
            yield return $"  line {row.Line}: {string.Join(", ", row.Scores.Select(Describe))}: {Shorten(row.Completion)}";
        }

        if (summary.ValidityDifferences > 0)
        {
            yield return $"They differ on what is valid on {summary.ValidityDifferences}.";
        }

        if (summary.Tallies.Values.SelectMany(tally => tally.Reasons).Where(reason => reason.Key == Score.NotWithinBudget).Sum(reason => reason.Value) is > 0 and var unjudged)
        {
            yield return $"{unjudged} scores are unknown: the solver's budget was too small for their instances; they are counted as not correct.";
        }

        if (skipped > 0)
        {
            yield return $"{skipped} malformed lines were passed over.";
        }
    }

    private static string Describe(KeyValuePair<string, Score> entry) => string.Create(
        CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value.Value}{(entry.Value.Reason is { } reason ? $" ({reason})" : "")}");

    // The end, where the answer stands, and nothing that a terminal would obey.
    private static string Shorten(string completion)
    {
        var end = completion.Length <= LongestCompletion ? completion : $"…{completion[^LongestCompletion..]}";
        return string.Concat(end.Select(symbol => IsVisible(symbol) ? symbol : ' ')).Trim();
    }

    private static bool IsVisible(char symbol) => char.GetUnicodeCategory(symbol) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    /// <param name="scorer">Whose numbers stand on top.</param>
    public static JsonObject ToJson(ScoreSummary summary, string scorer, int skipped)
    {
        var asked = summary.Tallies.Where(entry => entry.Key.Scorer == scorer).Select(entry => entry.Value).ToList();
        var result = new JsonObject
        {
            ["scorer"] = scorer,
            ["n"] = summary.Count,
            ["correct"] = (double)asked.Sum(tally => tally.Correct) / summary.Count,
            ["validity"] = asked.Sum(tally => tally.Validity * tally.Count) / summary.Count,
            ["differences"] = summary.Differences,
            ["validity_differences"] = summary.ValidityDifferences,
            ["malformed"] = skipped,
            ["tasks"] = new JsonObject(summary.Tallies.GroupBy(entry => entry.Key.Task).Select(task => KeyValuePair.Create(
                task.Key,
                (JsonNode?)new JsonObject(task.Select(entry => KeyValuePair.Create(entry.Key.Scorer, (JsonNode?)ToJson(entry.Value))))))),
            ["first_differences"] = new JsonArray([.. summary.FirstDifferences.Select(row => (JsonNode)new JsonObject
            {
                ["line"] = row.Line,
                ["task"] = row.Task,
                ["scores"] = new JsonObject(row.Scores.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)ToJson(entry.Value)))),
            })]),
        };
        if (asked is [var only])
        {
            // Tasks have scales of their own, so there is no mean over several.
            result["score"] = only.Mean;
        }

        return result;
    }

    private static JsonObject ToJson(ScoreTally tally)
    {
        var interval = WilsonInterval.Of(tally.Correct, tally.Count);
        return new JsonObject
        {
            ["n"] = tally.Count,
            ["score"] = tally.Mean,
            ["correct"] = (double)tally.Correct / tally.Count,
            ["correct_low"] = interval.Low,
            ["correct_high"] = interval.High,
            ["validity"] = tally.Validity,
            ["reasons"] = new JsonObject(tally.Reasons.Select(reason => KeyValuePair.Create(reason.Key, (JsonNode?)reason.Value))),
        };
    }

    private static JsonObject ToJson(Score score) => new()
    {
        ["score"] = score.Value,
        ["correct"] = score.IsCorrect,
        ["valid"] = score.IsValid,
        ["answer"] = score.Answer,
        ["reason"] = score.Reason,
    };
}
