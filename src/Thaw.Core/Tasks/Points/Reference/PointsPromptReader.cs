using System.Globalization;
using System.Text.RegularExpressions;
using Thaw.Core.Storage;
using Thaw.Core.Tasks.Points.Scoring;

namespace Thaw.Core.Tasks.Points.Reference;

/// <summary>What a General Points prompt shows, for the audit of data.</summary>
internal sealed class PointsPromptReader : IPromptReader
{
    /// <summary>Listing all hands takes about a second at this greatest value, and grows with its fourth power.</summary>
    private const int MaxListedValue = 19;

    private static readonly Regex s_family = new(@"^4 cards to (?<target>[0-9]{1,4})$", RegexOptions.NonBacktracking);
    private static readonly Regex s_formula = new("""["']formula["'] ?: ?["'](?<formula>[^"'\n]*)["']""", RegexOptions.RightToLeft);

    public string Task => PointsTask.TaskName;

    /// <inheritdoc/>
    /// <remarks>The hand is the last list of ranks, and the rule is the first in a known wording; see <see cref="HandText"/>.</remarks>
    public PromptFacts? ReadPrompt(string prompt)
    {
        if (HandText.FindCards(prompt) is not { } cards)
        {
            return null;
        }

        var (faces, target) = (FacesOrNull(prompt), HandText.FindTarget(prompt));
        return faces is null && cards.Any(card => card.IsFace)
            ? null
            : FactsOf(
                [.. cards.Select(card => card.ToString())],
                (faces ?? FaceCardRule.Training).ValuesOf(cards),
                target ?? ReferenceHandGenerator.Target,
                faces) with
            {
                // A list of small numbers alone may stand in any text.
                Fold = faces is null && target is null ? null : CanonicalHand.FoldOf(cards),
            };
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

    private static PromptFacts FactsOf(IReadOnlyList<string> ranks, IReadOnlyList<int> values, int target, FaceCardRule? mapping)
    {
        string[] words = mapping is { } rule ? [.. new[] { rule.Jack, rule.Queen, rule.King }.Distinct().Select(value => value.ToString(CultureInfo.InvariantCulture))] : [];
        return new PromptFacts(
            $"{string.Join(' ', ranks)} to {target}",
            CanonicalOf(values, target),
            $"{ranks.Count} cards to {target}",
            values.Max(),
            mapping?.ToString(),
            words);
    }

    private static string CanonicalOf(IEnumerable<int> values, int target) => $"{string.Join(' ', values.Order())} to {target}";

    private static FaceCardRule? FacesOrNull(string prompt)
    {
        try
        {
            return HandText.FindFaces(prompt);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
}
