using System.Globalization;
using System.Text.RegularExpressions;

namespace Thaw.Core.Tasks.Points.Scoring;

/// <summary>Finds the hand and the rule in a prompt that any program may have written. Linear in the length of the prompt.</summary>
internal static class HandText
{
    private const int LongestHand = 100;

    // Of several that are found the one that begins first counts, as a distractor stands behind the rule; of two that begin together, the one that is first here.
    private static readonly Regex[] s_faces =
    [
        Linear(@"'J' counts as '(?<j>[0-9]{1,4})', 'Q' counts as '(?<q>[0-9]{1,4})', and 'K' counts as '(?<k>[0-9]{1,4})'"),
        Linear(@"'J', 'Q', and 'K' (?:all )?count as '(?<j>[0-9]{1,4})', '(?<q>[0-9]{1,4})', and '(?<k>[0-9]{1,4})'"),
        Linear(@"'J', 'Q', and 'K' (?:all )?count as '(?<j>[0-9]{1,4})'"),
        Linear(@"\| J \| (?<j>[0-9]{1,4}) \|\n\| Q \| (?<q>[0-9]{1,4}) \|\n\| K \| (?<k>[0-9]{1,4}) \|"),
        Linear(@"a jack is worth (?<j>[0-9]{1,4}) points, a queen is worth (?<q>[0-9]{1,4}) and a king is worth (?<k>[0-9]{1,4})"),
        Linear(@"the jack, the queen and the king are each worth (?<j>[0-9]{1,4}) points"),
        Linear(@"'J' als '(?<j>[0-9]{1,4})', 'Q' als '(?<q>[0-9]{1,4})' und 'K' als '(?<k>[0-9]{1,4})'"),
        Linear(@"'J', 'Q' und 'K' alle als '(?<j>[0-9]{1,4})'"),
    ];

    private static readonly Regex s_target = Linear("(?<target>[0-9]{1,4}) points card game");
    private static readonly Regex s_operators = Linear(@"'(?<plus>[^'\s]+)' adds, '(?<minus>[^'\s]+)' subtracts, '(?<times>[^'\s]+)' multiplies, and '(?<over>[^'\s]+)' divides");
    private static readonly Regex s_binding = Linear(
        @"^J=(?<j>[0-9]{1,4}) Q=(?<q>[0-9]{1,4}) K=(?<k>[0-9]{1,4})(?: target=(?<target>-?[0-9]{1,4}))?(?: operators=(?<plus>[^,\s]+),(?<minus>[^,\s]+),(?<times>[^,\s]+),(?<over>[^,\s]+))?(?: |$)");

    /// <summary>The cards of the last list of quoted ranks: <c>['A', '10', 'J', '3']</c>.</summary>
    /// <returns>Null where there is none of 1 to <see cref="PointsSolver.MostCards"/> ranks.</returns>
    public static IReadOnlyList<CardRank>? FindCards(string prompt)
    {
        for (var close = prompt.LastIndexOf(']'); close >= 0; close = close > 0 ? prompt.LastIndexOf(']', close - 1) : -1)
        {
            // A hand is short, so a list that opens far before is none.
            var from = Math.Max(0, close - LongestHand);
            var open = prompt.AsSpan(from, close - from).LastIndexOf('[');
            if (open >= 0 && CardsOrNull(prompt[(from + open + 1)..close].Split(',')) is { } cards)
            {
                return cards;
            }
        }

        return null;
    }

    /// <summary>Ranks, each in quotes of either kind or bare.</summary>
    /// <returns>Null where one is none, or there are none or too many.</returns>
    public static IReadOnlyList<CardRank>? CardsOrNull(IReadOnlyList<string> ranks)
    {
        var cards = ranks.Take(PointsSolver.MostCards + 1).Select(rank => CardRank.ReadOrNull(rank.AsSpan().Trim().Trim("'\""))).ToList();
        return cards.Count is > 0 and <= PointsSolver.MostCards && !cards.Contains(null) ? [.. cards.OfType<CardRank>()] : null;
    }

    /// <summary>The first of the wordings that this project and the paper's data have for face cards.</summary>
    /// <returns>Null where there is none of them.</returns>
    /// <exception cref="FormatException">A value is outside 1 to <see cref="PointsSolver.LargestValue"/>.</exception>
    public static FaceCardRule? FindFaces(string prompt) =>
        s_faces
            .Select(wording => wording.Match(prompt))
            .Where(match => match.Success)
            .MinBy(match => match.Index) is { } first
                ? RuleOf(Number(first, "j"), Number(first, first.Groups["q"].Success ? "q" : "j"), Number(first, first.Groups["k"].Success ? "k" : "j"))
                : null;

    /// <summary>Null where the prompt does not say it in the paper's words.</summary>
    public static int? FindTarget(string prompt) => s_target.Match(prompt) is { Success: true } phrase ? Number(phrase, "target") : null;

    /// <summary>The training operators where the prompt gives no others.</summary>
    /// <exception cref="FormatException">It gives some that are not different, or cannot be told from the rest of a formula.</exception>
    public static OperatorNames FindOperators(string prompt) => s_operators.Match(prompt) is { Success: true } names
        ? OperatorsOf(names.Groups["plus"].Value, names.Groups["minus"].Value, names.Groups["times"].Value, names.Groups["over"].Value)
        : OperatorNames.Training;

    /// <summary>Reads a rule as <see cref="PointsRule.ToString"/> writes it; what a binding says behind it is passed over.</summary>
    /// <exception cref="FormatException">It is written otherwise.</exception>
    public static PointsRule ParseRule(string binding)
    {
        if (s_binding.Match(binding) is not { Success: true } rule)
        {
            throw new FormatException("a binding is written like \"J=10 Q=10 K=10\", and behind it target=30 or operators=&,~,@,% where they are not those of training.");
        }

        var target = rule.Groups["target"].Success ? Number(rule, "target") : PointsRule.TrainingTarget;
        var operators = rule.Groups["plus"].Success
            ? OperatorsOf(rule.Groups["plus"].Value, rule.Groups["minus"].Value, rule.Groups["times"].Value, rule.Groups["over"].Value)
            : OperatorNames.Training;
        return new PointsRule(RuleOf(Number(rule, "j"), Number(rule, "q"), Number(rule, "k")), target, operators);
    }

    /// <exception cref="FormatException">A value is outside 1 to <see cref="PointsSolver.LargestValue"/>.</exception>
    public static FaceCardRule RuleOf(int jack, int queen, int king) => new[] { jack, queen, king }.All(value => value is >= 1 and <= PointsSolver.LargestValue)
        ? new FaceCardRule(jack, queen, king)
        : throw new FormatException($"a face card counts 1 to {PointsSolver.LargestValue}, not {jack}, {queen}, {king}.");

    private static OperatorNames OperatorsOf(string plus, string minus, string times, string over)
    {
        try
        {
            return new OperatorNames(plus, minus, times, over);
        }
        catch (ArgumentException error)
        {
            throw new FormatException(error.Message, error);
        }
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static Regex Linear(string pattern) => new(pattern, RegexOptions.NonBacktracking);
}
