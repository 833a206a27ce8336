namespace Thaw.Core.Tasks.Points.Reference;

/// <summary>The public code's idea of a solvable hand: some order of the values, some operators, and one of a few bracket patterns make the target exactly.</summary>
/// <remarks>
/// The patterns are: none, one pair of brackets round any run of two or more values but the whole, and (a ∘ b) ∘ (c ∘ d) …; no
/// brackets within brackets. So it is no complete solver, but the redraws of the public generator depend on its very verdict.
/// </remarks>
internal static class BracketSolver
{
    private const int Operators = 4;

    /// <param name="values">At least four, all positive.</param>
    public static bool CanMake(int target, IReadOnlyList<int> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Count, 4);
        var patterns = PatternsFor(values.Count);
        var operatorChoices = (int)Math.Pow(Operators, values.Count - 1);
        int[] order = [.. values.Order()];
        do
        {
            for (var operators = 0; operators < operatorChoices; operators++)
            {
                foreach (var pattern in patterns)
                {
                    if (new Expression(order, operators, pattern).Makes(target))
                    {
                        return true;
                    }
                }
            }
        }
        while (MoveToNextOrder(order));

        return false;
    }

    private static List<Group[]> PatternsFor(int count)
    {
        List<Group[]> patterns = [[], [new Group(0, 1), new Group(2, 3)]];
        for (var first = 0; first < count; first++)
        {
            for (var last = first + 1; last < count && last - first < count - 1; last++)
            {
                patterns.Add([new Group(first, last)]);
            }
        }

        return patterns;
    }

    // The next permutation in lexicographic order, so that equal values give no order twice.
    private static bool MoveToNextOrder(int[] order)
    {
        var pivot = order.Length - 2;
        while (pivot >= 0 && order[pivot] >= order[pivot + 1])
        {
            pivot--;
        }

        if (pivot < 0)
        {
            return false;
        }

        var successor = Array.FindLastIndex(order, value => value > order[pivot]);
        (order[pivot], order[successor]) = (order[successor], order[pivot]);
        Array.Reverse(order, pivot + 1, order.Length - pivot - 1);
        return true;
    }

    /// <summary>Values from <paramref name="First"/> to <paramref name="Last"/> in brackets.</summary>
    private readonly record struct Group(int First, int Last);

    /// <summary>An exact fraction; not reduced, since the products of a hand fit easily. The bottom is not 0.</summary>
    private readonly record struct Fraction(long Top, long Bottom)
    {
        public static Fraction operator +(Fraction a, Fraction b) => new((a.Top * b.Bottom) + (b.Top * a.Bottom), a.Bottom * b.Bottom);
    }

    /// <param name="operators">Two bits for each operator, the first lowest: + - * /.</param>
    private readonly ref struct Expression(int[] values, int operators, Group[] pattern)
    {
        /// <summary>False too where it divides by zero.</summary>
        public bool Makes(int target) => TryEvaluate(0, values.Length - 1, isInside: false, out var result) && result.Top == target * result.Bottom;

        // From left to right with the usual precedence: a sum of terms, of which the last one is still open.
        private bool TryEvaluate(int first, int last, bool isInside, out Fraction result)
        {
            var sum = new Fraction(0, 1);
            var term = new Fraction(0, 1);
            for (var at = first; at <= last; at++)
            {
                var operation = at == first ? 0 : (operators >> (2 * (at - 1))) & 3;
                var operand = new Fraction(values[at], 1);
                if (!isInside && GroupAt(at) is { } group)
                {
                    if (!TryEvaluate(group.First, group.Last, isInside: true, out operand))
                    {
                        result = default;
                        return false;
                    }

                    at = group.Last;
                }

                if (operation == 3 && operand.Top == 0)
                {
                    result = default;
                    return false;
                }

                sum = operation < 2 ? sum + term : sum;
                term = operation switch
                {
                    0 => operand,
                    1 => new Fraction(-operand.Top, operand.Bottom),
                    2 => new Fraction(term.Top * operand.Top, term.Bottom * operand.Bottom),
                    _ => new Fraction(term.Top * operand.Bottom, term.Bottom * operand.Top),
                };
            }

            result = sum + term;
            return true;
        }

        private Group? GroupAt(int first)
        {
            foreach (var group in pattern)
            {
                if (group.First == first)
                {
                    return group;
                }
            }

            return null;
        }
    }
}
