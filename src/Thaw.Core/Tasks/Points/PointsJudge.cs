using System.Globalization;

namespace Thaw.Core.Tasks.Points;

/// <summary>Judges an answer to a hand.</summary>
public static class PointsJudge
{
    /// <summary>A verdict on any text, in linear time.</summary>
    /// <remarks>
    /// Valid is what the paper calls so: a legal formula that uses exactly the scored values, whatever it makes. Solved is a stronger
    /// thing, and has <see cref="FailureReason.None"/>: in this order, the answer has to be an object with a formula, name the cards
    /// of the hand, give their values, be a legal formula, use every value once, and make the target, and what follows a = in it
    /// has to be nothing or the target. The first that fails is the reason. Differs from the paper, which looks at neither the cards
    /// nor the numbers nor what follows the =. Order does not count in the two lists.
    /// </remarks>
    public static Verdict Judge(string completion, IReadOnlyList<CardRank> cards, PointsRule stated, PointsRule scored)
    {
        if (PointsAnswer.ReadOrNull(completion) is not { } answer)
        {
            return new Verdict(false, null, FailureReason.NoAnswer);
        }

        var formula = FormulaReader.ReadOrNull(answer.Formula, scored.Operators);
        var isValid = formula is not null && Uses(formula, scored.Faces.ValuesOf(cards));
        return new Verdict(isValid, answer.Formula, ReasonFor(answer, formula, cards, stated, scored));
    }

    private static FailureReason ReasonFor(PointsAnswer answer, Formula? formula, IReadOnlyList<CardRank> cards, PointsRule stated, PointsRule scored)
    {
        if (!AreSame(answer.Cards, cards.Select(card => card.ToString()), StringComparer.OrdinalIgnoreCase))
        {
            return FailureReason.WrongCards;
        }

        if (!Gives(scored))
        {
            return Blame(Gives, FailureReason.WrongValues);
        }

        if (formula is null)
        {
            return Blame(rule => rule.Operators != scored.Operators && FormulaReader.ReadOrNull(answer.Formula, rule.Operators) is not null, FailureReason.BrokenFormula);
        }

        if (!Uses(formula, scored.Faces.ValuesOf(cards)))
        {
            return Blame(rule => Uses(formula, rule.Faces.ValuesOf(cards)), FailureReason.WrongUse);
        }

        // Its numbers are those of the hand, so it is short.
        if (!formula.TryEvaluate(out var value))
        {
            return FailureReason.WrongResult;
        }

        return !Makes(scored) ? Blame(Makes, FailureReason.WrongResult) : FailureReason.None;

        // An answer that some other rule would have accepted is put down to it: on Fake the stated one, elsewhere that of training.
        FailureReason Blame(Func<PointsRule, bool> accepts, FailureReason otherwise) =>
            stated != scored && accepts(stated) ? FailureReason.StatedWord
            : stated != PointsRule.Training && accepts(PointsRule.Training) ? FailureReason.TrainingWord
            : otherwise;

        bool Gives(PointsRule rule) => AreSame(answer.Numbers, rule.Faces.ValuesOf(cards).Select(Number), StringComparer.Ordinal);

        bool Makes(PointsRule rule) =>
            value == new Rational(rule.Target) && (string.IsNullOrEmpty(answer.Claim) || answer.Claim == Number(rule.Target));
    }

    private static bool Uses(Formula formula, int[] values) =>
        formula.Numbers.Take(values.Length + 1).Order().SequenceEqual(values.Order().Select(value => (long)value));

    private static bool AreSame(IReadOnlyList<string>? given, IEnumerable<string> expected, StringComparer comparer) =>
        given is { Count: <= PointsSolver.MostCards }
        && given.Select(entry => entry.Trim()).Order(comparer).SequenceEqual(expected.Order(comparer), comparer);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
