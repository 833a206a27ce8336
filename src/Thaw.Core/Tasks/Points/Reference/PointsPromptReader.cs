using System.Globalization;
using System.Text.RegularExpressions;
using Thaw.Core.Storage;

namespace Thaw.Core.Tasks.Points.Reference;

/// <summary>Reads the Cards line and the face-card message out of a General Points prompt.</summary>
internal sealed class PointsPromptReader : IPromptReader
{
    private const string CardsMark = "Cards:";

    /// <summary>Listing all hands takes about a second at this greatest value, and grows with its fourth power.</summary>
    private const int MaxListedValue = 19;

    private static readonly Regex s_valueOfEach = new(
        @"(?:'J' counts as '(?<j>[0-9]{1,2})', 'Q' counts as '(?<q>[0-9]{1,2})', and 'K' counts as|count as '(?<j>[0-9]{1,2})', '(?<q>[0-9]{1,2})', and) '(?<k>[0-9]{1,2})'",
        RegexOptions.NonBacktracking);

    private static readonly Regex s_valueOfAll = new(@"'J', 'Q', and 'K' (?:all )?count as '(?<v>[0-9]{1,2})'", RegexOptions.NonBacktracking);
    private static readonly Regex s_target = new(@"(?<target>[0-9]{1,4}) points card game", RegexOptions.NonBacktracking);
    private static readonly Regex s_family = new(@"^4 cards to (?<target>[0-9]{1,4})$", RegexOptions.NonBacktracking);
    private static readonly Regex s_formula = new("""["']formula["'] ?: ?["'](?<formula>[^"'\n]*)["']""", RegexOptions.RightToLeft);

    public string Task => PointsTask.TaskName;

    public PromptFacts? ReadPrompt(string prompt)
    {
        if (RanksIn(prompt) is not { } ranks)
        {
            return null;
        }

        var mapping = MappingIn(prompt);
        var target = s_target.Match(prompt) is { Success: true } phrase ? Number(phrase, "target") : ReferenceHandGenerator.Target;
        var values = ranks.Select(rank => ValueOf(rank, mapping)).ToArray();
        return values.Contains(null) ? null : FactsOf(ranks, [.. values.OfType<int>()], target, mapping);
    }

    public PromptFacts? ReadInstance(JsonRow row) =>
        row.TextsOrNull("cards") is { Count: > 0 } ranks && row.NumbersOrNull("values") is { } values && ranks.Count == values.Count
            ? FactsOf(ranks, values, ReferenceHandGenerator.Target, mapping: null)
            : null;

    /// <inheritdoc/>
    /// <remarks>The last formula of the completion, in the quotes of the format.</remarks>
    public string? AnswerOf(string completion) => s_formula.Match(completion) is { Success: true } field ? field.Groups["formula"].Value : null;

    /// <inheritdoc/>
    /// <remarks>The solvable multisets of four values from 1 to <paramref name="extent"/>.</remarks>
    public IReadOnlyCollection<string>? ListInstances(string family, int extent)
    {
        if (extent > MaxListedValue || s_family.Match(family) is not { Success: true } match)
        {
            return null;
        }

        var target = Number(match, "target");
        var values = Enumerable.Range(1, extent).ToArray();
        return
        [
            .. from a in values
               from b in values[(a - 1)..]
               from c in values[(b - 1)..]
               from d in values[(c - 1)..]
               where BracketSolver.CanMake(target, [a, b, c, d])
               select CanonicalOf([a, b, c, d], target),
        ];
    }

    private static PromptFacts FactsOf(IReadOnlyList<string> ranks, IReadOnlyList<int> values, int target, (int Jack, int Queen, int King)? mapping)
    {
        string[] words = mapping is { } rule ? [.. new[] { rule.Jack, rule.Queen, rule.King }.Distinct().Select(value => value.ToString(CultureInfo.InvariantCulture))] : [];
        return new PromptFacts(
            $"{string.Join(' ', ranks)} to {target}",
            CanonicalOf(values, target),
            $"{ranks.Count} cards to {target}",
            values.Max(),
            mapping is { } stated ? $"J={stated.Jack} Q={stated.Queen} K={stated.King}" : null,
            words);
    }

    private static string CanonicalOf(IEnumerable<int> values, int target) => $"{string.Join(' ', values.Order())} to {target}";

    private static int? ValueOf(string rank, (int Jack, int Queen, int King)? mapping) => rank switch
    {
        "A" => 1,
        "J" => mapping?.Jack,
        "Q" => mapping?.Queen,
        "K" => mapping?.King,
        _ => int.TryParse(rank, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 100 ? value : null,
    };

    // The three wordings of the public data sets: one value for all, one for each, and "respectively".
    private static (int Jack, int Queen, int King)? MappingIn(string prompt)
    {
        if (s_valueOfEach.Match(prompt) is { Success: true } each)
        {
            return (Number(each, "j"), Number(each, "q"), Number(each, "k"));
        }

        return s_valueOfAll.Match(prompt) is { Success: true } all ? (Number(all, "v"), Number(all, "v"), Number(all, "v")) : null;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    // The quoted ranks of the last line that begins with "Cards:".
    private static List<string>? RanksIn(string prompt)
    {
        if (prompt.Split('\n').LastOrDefault(line => line.StartsWith(CardsMark, StringComparison.Ordinal)) is not { } line)
        {
            return null;
        }

        var parts = line.Split('\'', '"');
        return parts.Length >= 3 ? [.. parts.Where((_, index) => index % 2 == 1)] : null;
    }
}
