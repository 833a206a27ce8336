using System.Globalization;
using Thaw.Core.Generation;

namespace Thaw.Core.Tasks.Points;

/// <summary>The instruction around a hand, as a user's turn of a chat. Nothing else builds prompts of this task.</summary>
/// <remarks>
/// Differs from the paper, which applies the chat template of each tokenizer: ChatML here, without a system turn. Training and
/// evaluation prompts are the same; in the paper they differ by a newline and by a word.
/// </remarks>
public static class PointsPrompt
{
    private const string TurnStart = "<|im_start|>user\n";
    private const string TurnEnd = "<|im_end|>\n<|im_start|>assistant\n";

    public static Prompt Write(PointsBinding binding, IReadOnlyList<CardRank> cards) => new(string.Concat(TurnStart, WriteText(binding, cards), TurnEnd));

    /// <summary>The instruction alone, without the marks of a chat.</summary>
    public static string WriteText(PointsBinding binding, IReadOnlyList<CardRank> cards)
    {
        var (rule, operators) = (binding.Rule, binding.Rule.Operators);
        return binding.Text.Fill(new InstructionParts(
            Target: Number(rule.Target),
            Count: Number(cards.Count),
            Rule: binding.Wording.ClauseFor(rule.Faces),
            Operators: $"'{operators.Plus}', '{operators.Minus}', '{operators.Times}', '{operators.Over}', '(', ')', and '='",
            Section: string.Concat(binding.Wording.SectionFor(rule.Faces), OperatorsSection(operators)),
            Cards: $"[{string.Join(", ", cards.Select(card => $"'{card}'"))}]"));
    }

    /// <summary>The answer of a demonstration, in the layout of the paper's generated rows.</summary>
    public static string WriteAnswer(IReadOnlyList<CardRank> cards, IReadOnlyList<int> values, string formula) => string.Concat(
        "{\n\"cards\": [", string.Join(", ", cards.Select(card => $"\"{card}\"")),
        "],\n \"number\": [", string.Join(", ", values.Select(Number)),
        "],\n \"formula\": \"", formula, "\"\n}");

    private static string OperatorsSection(OperatorNames operators) => operators == OperatorNames.Training
        ? ""
        : $"In the formula, '{operators.Plus}' adds, '{operators.Minus}' subtracts, '{operators.Times}' multiplies, and '{operators.Over}' divides.\n";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
