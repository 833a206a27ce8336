namespace Thaw.Core.Tasks.Points;

/// <summary>Replays a demonstration sentence by sentence, from its text alone.</summary>
/// <remarks>
/// It is given what the prompt determines, the cards and the stated rule, so a sentence that follows from anything else is a fault,
/// and so is any sentence that it does not know. Numbers to start from must have been reached, every equation must hold, and a dead end
/// must be one, which is decided by trying everything.
/// </remarks>
public static class TraceVerifier
{
    /// <returns>Null where all is well; else one sentence about the first fault.</returns>
    public static string? FindFaultOrNull(string completion, IReadOnlyList<CardRank> cards, PointsRule rule)
    {
        if (PointsJudge.Judge(completion, cards, rule, rule) is not { Reason: FailureReason.None } verdict)
        {
            return "The answer does not solve the hand.";
        }

        if (completion.StartsWith('{'))
        {
            return null;
        }

        var close = completion.IndexOf(TraceLanguage.Close, StringComparison.Ordinal);
        return !completion.StartsWith(TraceLanguage.Open, StringComparison.Ordinal) || close < 0
            ? "The thought is not closed."
            : new Replay(cards, rule, verdict.Answer!).FindFaultOrNull(completion[TraceLanguage.Open.Length..close]);
    }

    private sealed class Replay(IReadOnlyList<CardRank> cards, PointsRule rule, string answer)
    {
        private readonly Rational _target = new(rule.Target);
        private readonly TraceLanguage _language = new(rule.Operators);
        private readonly HashSet<string> _reached = [];

        public string? FindFaultOrNull(string thought)
        {
            var values = rule.Faces.ValuesOf(cards);
            _reached.Add(Join(values.Select(value => new Rational(value))));
            string[] opening =
            [
                TraceLanguage.Cards(cards),
                .. cards.Where(card => card.IsFace).Distinct().Select(card => TraceLanguage.Face(card, rule.Faces.ValueOf(card))),
                TraceLanguage.Numbers(values, rule.Target),
            ];
            var lines = thought.Split('\n');
            if (!lines.Take(opening.Length).SequenceEqual(opening))
            {
                return "The cards, what they count as, or the target are not those of the prompt.";
            }

            return lines.Skip(opening.Length).FirstOrDefault(line => !IsTrue(line)) is { } fault ? $"This does not hold: {fault}" : null;
        }

        private bool IsTrue(string line)
        {
            if (!line.EndsWith('.'))
            {
                return false;
            }

            var sentence = line[..^1];
            return After(sentence, TraceLanguage.FormulaStart) is { } formula ? formula == answer
                : After(sentence, TraceLanguage.StepsStart) is { } steps ? AreSteps(steps)
                : After(sentence, TraceLanguage.FromStart) is { } search && IsSearch(search);
        }

        private bool AreSteps(string text) =>
            FormulaReader.ReadOrNull(answer, rule.Operators)!.Steps() is var steps && text == _language.Steps(steps)[TraceLanguage.StepsStart.Length..^1];

        private bool IsSearch(string text)
        {
            var colon = text.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0 || !_reached.Contains(text[..colon]) || ReadList(text[..colon]) is not { } from)
            {
                return false;
            }

            var claim = text[(colon + 2)..];
            if (After(claim, TraceLanguage.NothingMakes) is { } missed)
            {
                return missed == _target.ToString() && !CanMake(from);
            }

            var leaves = claim.IndexOf(TraceLanguage.Leaves, StringComparison.Ordinal);
            return leaves < 0 ? IsPair(from, claim) : IsMove(from, claim[..leaves], claim[(leaves + TraceLanguage.Leaves.Length)..]);
        }

        private bool IsMove(List<Rational> from, string equation, string left)
        {
            if (ReadEquation(equation) is not { } step || !from.Remove(step.Left) || !from.Remove(step.Right))
            {
                return false;
            }

            from.Add(step.Result);
            _reached.Add(left);
            return left == Join(from);
        }

        private bool IsPair(List<Rational> from, string claim)
        {
            var no = claim.IndexOf(TraceLanguage.No, StringComparison.Ordinal);
            var steps = (no < 0 ? claim : claim[..no]).Split(", ").Select(ReadEquation).ToList();
            if (from.Count != 2 || steps.Any(step => step is not { } known || Join([known.Left, known.Right]) != Join(from)))
            {
                return false;
            }

            return no < 0
                ? steps[^1]!.Value.Result == _target
                : claim[(no + TraceLanguage.No.Length)..] == _target.ToString() && steps.All(step => step!.Value.Result != _target) && !CanMake(from);
        }

        // Null also where the equation does not hold.
        private FormulaStep? ReadEquation(string text)
        {
            if (text.Split(' ') is not [var left, var name, var right, "=", var result]
                || !Rational.TryParse(left.Trim('(', ')'), out var a)
                || !Rational.TryParse(right.Trim('(', ')'), out var b)
                || rule.Operators.ReadOrNull(name) is not { } operation
                || !Rational.TryApply(operation, a, b, out var value))
            {
                return null;
            }

            var step = new FormulaStep(a, operation, b, value);
            return text == _language.Equation(step) && result == value.ToString() ? step : null;
        }

        private static List<Rational>? ReadList(string text)
        {
            var numbers = new List<Rational>();
            foreach (var part in text.Split(", "))
            {
                if (!Rational.TryParse(part, out var number))
                {
                    return null;
                }

                numbers.Add(number);
            }

            return numbers;
        }

        private bool CanMake(List<Rational> numbers)
        {
            if (numbers is [var last])
            {
                return last == _target;
            }

            for (var i = 0; i < numbers.Count; i++)
            {
                for (var j = 0; j < numbers.Count; j++)
                {
                    if (i != j && CanMakeFrom(numbers, i, j))
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        private bool CanMakeFrom(List<Rational> numbers, int i, int j)
        {
            var others = numbers.Where((_, index) => index != i && index != j).ToList();
            return Enum.GetValues<Operation>().Any(operation =>
                Rational.TryApply(operation, numbers[i], numbers[j], out var result) && CanMake([.. others, result]));
        }

        private static string Join(IEnumerable<Rational> numbers) => string.Join(", ", numbers.OrderDescending());

        private static string? After(string text, string start) => text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..] : null;
    }
}
