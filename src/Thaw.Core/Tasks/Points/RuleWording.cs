using System.Globalization;

namespace Thaw.Core.Tasks.Points;

/// <summary>A way to tell what face cards count as. <c>{J}</c>, <c>{Q}</c> and <c>{K}</c> stand for the three values.</summary>
/// <param name="Uniform">A clause for three equal values.</param>
/// <param name="PerRank">A clause for any values; the instruction repeats it where it describes the answer.</param>
/// <param name="Section">Lines of their own before the cards, each with its newline; mostly empty.</param>
public sealed record RuleWording(string Name, string Uniform, string PerRank, string Section = "")
{
    /// <summary>The paper's clauses.</summary>
    public static RuleWording Paper { get; } = new(
        "paper", "'J', 'Q', and 'K' all count as '{J}'", "'J' counts as '{J}', 'Q' counts as '{Q}', and 'K' counts as '{K}'");

    /// <summary>The clause points to a table.</summary>
    public static RuleWording Table { get; } = new(
        "table",
        "'J', 'Q', and 'K' count as the table says",
        "'J', 'Q', and 'K' count as the table says",
        "\n[Face Cards]\n| card | value |\n|------|-------|\n| J | {J} |\n| Q | {Q} |\n| K | {K} |\n");

    /// <summary>Numbers among words, and the cards by their names.</summary>
    public static RuleWording Prose { get; } = new(
        "prose",
        "at this table the jack, the queen and the king are each worth {J} points",
        "at this table a jack is worth {J} points, a queen is worth {Q} and a king is worth {K}");

    /// <summary>The clause is in German, the rest of the prompt is not.</summary>
    public static RuleWording German { get; } = new(
        "german", "'J', 'Q' und 'K' alle als '{J}' zählen", "'J' als '{J}', 'Q' als '{Q}' und 'K' als '{K}' zählt");

    /// <summary>The paper's clauses, and the training rule as that of another game.</summary>
    public static RuleWording Distractor { get; } = Paper with
    {
        Name = "distractor",
        Section = "In the game at the next table, 'J', 'Q', and 'K' all count as '10'. That rule does not hold here.\n",
    };

    public string ClauseFor(FaceCardRule rule) => Fill(rule.IsUniform ? Uniform : PerRank, rule);

    public string SectionFor(FaceCardRule rule) => Fill(Section, rule);

    private static string Fill(string text, FaceCardRule rule) => text
        .Replace("{J}", Number(rule.Jack), StringComparison.Ordinal)
        .Replace("{Q}", Number(rule.Queen), StringComparison.Ordinal)
        .Replace("{K}", Number(rule.King), StringComparison.Ordinal);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
