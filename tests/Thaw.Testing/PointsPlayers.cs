using System.Globalization;
using System.Text.RegularExpressions;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Points;

namespace Thaw.Testing;

/// <summary>The three characters of the experiment at General Points: the obedient, the frozen and the babbling one.</summary>
public static partial class PointsPlayers
{
    /// <summary>Reads the cards, the rule, the target and the operators off the prompt, in every wording of the splits, and solves the hand.</summary>
    public static ScriptedPlayer Obedient() => new(prompt => Answer(prompt.Text, RuleOf(prompt.Text)));

    /// <summary>Counts every face card as 10, makes 24 and writes + - * /, whatever the prompt says: the frozen-prompt artefact in person.</summary>
    public static ScriptedPlayer Frozen() => new(prompt => Answer(prompt.Text, PointsRule.Training));

    /// <summary>Adds up the values under the training rule, which seldom makes the target.</summary>
    public static ScriptedPlayer Adding() => new(prompt =>
    {
        var cards = CardsOf(prompt.Text);
        var values = FaceCardRule.Training.ValuesOf(cards);
        return PointsPrompt.WriteAnswer(cards, values, string.Join('+', values));
    });

    /// <summary>Writes the right object around a formula over numbers that are chosen by the seed and the prompt.</summary>
    public static ScriptedPlayer RandomFormula(ulong seed) => new(prompt =>
    {
        var (random, cards) = (SplitMix64.For(seed, prompt.Text), CardsOf(prompt.Text));
        var numbers = cards.Select(_ => (20 + random.NextInt(80)).ToString(CultureInfo.InvariantCulture));
        return PointsPrompt.WriteAnswer(cards, RuleOf(prompt.Text).Faces.ValuesOf(cards), string.Join(random.Pick(["+", "-", "*"]), numbers));
    });

    private static string Answer(string prompt, PointsRule rule)
    {
        var cards = CardsOf(prompt);
        var values = rule.Faces.ValuesOf(cards);
        var formula = PointsSolver.FindFirstOrNull(values, rule.Target)?.ToString(rule.Operators, "") ?? "";
        return PointsPrompt.WriteAnswer(cards, values, formula);
    }

    private static IReadOnlyList<CardRank> CardsOf(string prompt) =>
        CardRank.ParseHand(Hand().Match(prompt).Groups[1].Value.Replace("'", "", StringComparison.Ordinal).Replace(",", " ", StringComparison.Ordinal));

    private static PointsRule RuleOf(string prompt) => new(
        FacesOf(prompt),
        Target().Match(prompt) is { Success: true } target ? Number(target, 1) : PointsRule.TrainingTarget,
        Operators().Match(prompt) is { Success: true } names
            ? new OperatorNames(names.Groups[1].Value, names.Groups[2].Value, names.Groups[3].Value, names.Groups[4].Value)
            : OperatorNames.Training);

    // The distractor names another game's rule behind the own one, so the first match counts.
    private static FaceCardRule FacesOf(string prompt) =>
        Table().Match(prompt) is { Success: true } table ? new FaceCardRule(Number(table, 1), Number(table, 2), Number(table, 3))
        : PerRank().Match(prompt) is { Success: true } ranks ? new FaceCardRule(Number(ranks, 1), Number(ranks, 2), Number(ranks, 3))
        : FaceCardRule.Uniform(Number(Uniform().Match(prompt), 1));

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[('[A-Z0-9]+'(?:, '[A-Z0-9]+')+)\]")]
    private static partial Regex Hand();

    [GeneratedRegex(@"an expert (\d+) points")]
    private static partial Regex Target();

    [GeneratedRegex(@"'(\S+)' adds, '(\S+)' subtracts, '(\S+)' multiplies, and '(\S+)' divides")]
    private static partial Regex Operators();

    [GeneratedRegex(@"\| J \| (\d+) \|\n\| Q \| (\d+) \|\n\| K \| (\d+) \|")]
    private static partial Regex Table();

    [GeneratedRegex(@"'J' counts as '(\d+)', 'Q' counts as '(\d+)', and 'K' counts as '(\d+)'")]
    private static partial Regex PerRank();

    [GeneratedRegex(@"(?:'J', 'Q', and 'K' all count as '|are each worth |alle als ')(\d+)")]
    private static partial Regex Uniform();
}
