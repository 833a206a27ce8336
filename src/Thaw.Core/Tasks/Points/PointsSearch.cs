namespace Thaw.Core.Tasks.Points;

/// <summary>The search that demonstrations show: two numbers are joined into one until one is left, depth first.</summary>
/// <remarks>
/// Numbers stand from large to small. Pairs are tried in that order, each by sum, difference, product and quotient; what leaves a
/// fraction is tried after all that does not. A move that leaves the same numbers as an earlier one is left out. The smaller
/// number is never reduced by the larger one: for a target that is not negative some formula without negative parts does as well.
/// </remarks>
internal static class PointsSearch
{
    /// <returns>The moves that were tried from the beginning, the last of which leads to the target; empty where nothing does.</returns>
    public static IReadOnlyList<SearchMove> Find(IEnumerable<int> values, int target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        var start = new SearchState([.. values.Select(value => new SearchNumber(new Rational(value), [Formula.Node.Of(value)]))]);
        var moves = Try(start, new Rational(target));
        return moves is [.., { IsSuccess: true }] ? moves : [];
    }

    /// <summary>What the last of some moves that succeed comes to.</summary>
    public static Formula FormulaOf(IReadOnlyList<SearchMove> moves)
    {
        var last = moves[^1];
        while (last.Next.Count > 0)
        {
            last = last.Next[^1];
        }

        return new Formula(last.To.Numbers[0].Postfix);
    }

    private static List<SearchMove> Try(SearchState from, Rational target)
    {
        var tried = new List<SearchMove>();
        foreach (var (step, to) in from.Moves())
        {
            var move = to.Numbers.Count == 1
                ? new SearchMove(from, step, to, [], to.Numbers[0].Value == target)
                : Follow(from, step, to, target);
            tried.Add(move);
            if (move.IsSuccess)
            {
                break;
            }
        }

        return tried;
    }

    private static SearchMove Follow(SearchState from, FormulaStep step, SearchState to, Rational target)
    {
        var next = Try(to, target);
        return new SearchMove(from, step, to, next, next is [.., { IsSuccess: true }]);
    }
}

/// <summary>One move, and what was tried after it.</summary>
/// <param name="Next">All moves from there, or those up to the one that succeeds.</param>
internal sealed record SearchMove(SearchState From, FormulaStep Step, SearchState To, IReadOnlyList<SearchMove> Next, bool IsSuccess);

/// <summary>A number that is left, and how it was made.</summary>
internal sealed record SearchNumber(Rational Value, IReadOnlyList<Formula.Node> Postfix);

/// <summary>The numbers that are left, from large to small.</summary>
internal sealed class SearchState
{
    public SearchState(IReadOnlyList<SearchNumber> numbers)
    {
        Numbers = [.. numbers.OrderByDescending(number => number.Value)];
    }

    public IReadOnlyList<SearchNumber> Numbers { get; }

    /// <summary>The numbers for people: <c>10, 8/3, 1</c>.</summary>
    public override string ToString() => string.Join(", ", Numbers.Select(number => number.Value));

    public IEnumerable<(FormulaStep Step, SearchState To)> Moves()
    {
        var known = new HashSet<string>();
        var steps = AllSteps().ToList();
        foreach (var (step, larger, smaller) in steps.Where(entry => entry.Step.Result.IsInteger).Concat(steps.Where(entry => !entry.Step.Result.IsInteger)))
        {
            var isTurned = step.Left != Numbers[larger].Value;
            var (left, right) = isTurned ? (Numbers[smaller], Numbers[larger]) : (Numbers[larger], Numbers[smaller]);
            var joined = new SearchNumber(step.Result, [.. left.Postfix, .. right.Postfix, Formula.Node.Of(step.Operation)]);
            var to = new SearchState([.. Numbers.Where((_, index) => index != larger && index != smaller), joined]);
            if (known.Add(to.ToString()))
            {
                yield return (step, to);
            }
        }
    }

    private IEnumerable<(FormulaStep Step, int Larger, int Smaller)> AllSteps()
    {
        for (var larger = 0; larger < Numbers.Count; larger++)
        {
            for (var smaller = larger + 1; smaller < Numbers.Count; smaller++)
            {
                var (a, b) = (Numbers[larger].Value, Numbers[smaller].Value);
                (Rational, Operation, Rational)[] candidates =
                    [(a, Operation.Add, b), (a, Operation.Subtract, b), (a, Operation.Multiply, b), (a, Operation.Divide, b), (b, Operation.Divide, a)];
                foreach (var (left, operation, right) in candidates)
                {
                    if (Rational.TryApply(operation, left, right, out var result))
                    {
                        yield return (new FormulaStep(left, operation, right, result), larger, smaller);
                    }
                }
            }
        }
    }
}
