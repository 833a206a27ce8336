namespace Thaw.Core.Tasks.Points;

/// <summary>A wording of the whole instruction, with places for what varies.</summary>
/// <param name="IsHeldOut">Training never uses it.</param>
/// <param name="Template">
/// Places are <c>{target}</c>, <c>{count}</c>, <c>{rule}</c>, <c>{operators}</c>, <c>{section}</c> and <c>{cards}</c>.
/// The section is empty or whole lines, so its place stands at the beginning of a line and has no newline behind it.
/// </param>
public sealed record InstructionText(string Name, bool IsHeldOut, string Template)
{
    /// <summary>The paper's text, word for word, from its blank first line to the blank line at its end.</summary>
    /// <remarks>For five and six cards it still shows four places in the lists, as the paper's does.</remarks>
    public static InstructionText Paper { get; } = new(
        "paper",
        IsHeldOut: false,
        """

        [Task Description]
        You are an expert {target} points card game player. You will receive a set of {count} cards.
        Note that {rule}, and each card must be used once.
        Your goal is to output a formula that evaluates to {target} using numbers from the cards and operators such as {operators}.
        {section}
        [Input]
        Cards: {cards}

        [Output]
        {
          "cards": [x, y, z, w], where {rule},
          "number": [a, b, c, d], where a, b, c, and d are the numbers on the cards,
          "formula": 'an equation that equals {target}',
        }


        """);

    public string Fill(InstructionParts parts) => Template
        .Replace("{target}", parts.Target, StringComparison.Ordinal)
        .Replace("{count}", parts.Count, StringComparison.Ordinal)
        .Replace("{operators}", parts.Operators, StringComparison.Ordinal)
        .Replace("{rule}", parts.Rule, StringComparison.Ordinal)
        .Replace("{section}", parts.Section, StringComparison.Ordinal)
        .Replace("{cards}", parts.Cards, StringComparison.Ordinal);
}

/// <summary>What is put into the places of an <see cref="InstructionText"/>.</summary>
public sealed record InstructionParts(string Target, string Count, string Rule, string Operators, string Section, string Cards);
