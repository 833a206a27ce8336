using System.Globalization;

namespace Thaw.Core.Tasks.Points;

/// <summary>The sentences of a thought, one a line. They are written here and read in <see cref="TraceVerifier"/>.</summary>
internal sealed class TraceLanguage(OperatorNames operators)
{
    public const string Open = "<think>\n";
    public const string Close = "\n</think>\n\n";
    public const string CardsStart = "The cards are ";
    public const string CountsAs = " counts as ";
    public const string NumbersStart = "The numbers are ";
    public const string TargetStart = " and the target is ";
    public const string FromStart = "From ";
    public const string Leaves = " leaves ";
    public const string NothingMakes = "nothing makes ";
    public const string No = ". No ";
    public const string FormulaStart = "The formula is ";
    public const string StepsStart = "Step by step: ";

    public static string Cards(IReadOnlyList<CardRank> cards) => $"{CardsStart}{string.Join(", ", cards.Select(card => $"'{card}'"))}.";

    public static string Face(CardRank card, int value) => $"'{card}'{CountsAs}{Number(value)}.";

    public static string Numbers(IEnumerable<int> values, int target) => $"{NumbersStart}{string.Join(", ", values.Select(Number))}{TargetStart}{Number(target)}.";

    public static string Exhausted(SearchState from, int target) => $"{FromStart}{from}: {NothingMakes}{Number(target)}.";

    public static string Formula(string text) => $"{FormulaStart}{text}.";

    public string Move(SearchMove move) => $"{FromStart}{move.From}: {Equation(move.Step)}{Leaves}{move.To}.";

    /// <param name="missed">The target where none of the steps makes it.</param>
    public string Pair(SearchState from, IEnumerable<FormulaStep> steps, int? missed) =>
        $"{FromStart}{from}: {string.Join(", ", steps.Select(Equation))}{(missed is { } target ? $"{No}{Number(target)}" : "")}.";

    public string Steps(IEnumerable<FormulaStep> steps) => $"{StepsStart}{string.Join(", ", steps.Select(Equation))}.";

    /// <summary><c>8 / (1/3) = 24</c>: fractions stand in parentheses where something is done with them.</summary>
    public string Equation(FormulaStep step) => $"{Operand(step.Left)} {operators.NameOf(step.Operation)} {Operand(step.Right)} = {step.Result}";

    private static string Operand(Rational value) => value.IsInteger && value.Numerator >= 0 ? value.ToString() : $"({value})";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
