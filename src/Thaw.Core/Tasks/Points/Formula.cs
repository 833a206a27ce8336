using System.Globalization;

namespace Thaw.Core.Tasks.Points;

/// <summary>An expression tree over whole numbers, as its nodes in postfix order: operands before their operation.</summary>
/// <remarks>Nothing here recurses, so a formula may be as deep as a megabyte of text can make it.</remarks>
public sealed class Formula
{
    private readonly Node[] _postfix;

    internal Formula(IEnumerable<Node> postfix)
    {
        _postfix = [.. postfix];
    }

    /// <summary>The numbers from left to right; <see cref="long.MaxValue"/> stands for one that is too long to hold.</summary>
    public IEnumerable<long> Numbers => _postfix.Where(node => node.Operation is null).Select(node => node.Number);

    /// <summary>Computes the formula exactly.</summary>
    /// <returns>False where it divides by zero or a part of it does not fit into a <see cref="Rational"/>.</returns>
    public bool TryEvaluate(out Rational value) => TryEvaluate(step: null, out value);

    /// <summary>The operations in the order in which they are computed.</summary>
    /// <exception cref="InvalidOperationException"><see cref="TryEvaluate(out Rational)"/> would say false.</exception>
    public IReadOnlyList<FormulaStep> Steps()
    {
        var steps = new List<FormulaStep>();
        return TryEvaluate(steps.Add, out _) ? steps : throw new InvalidOperationException($"{this} has no value.");
    }

    public override string ToString() => ToString(OperatorNames.Training, "");

    /// <summary>With the parentheses that reading needs and no others, so that <see cref="FormulaReader"/> gives the same tree back.</summary>
    /// <param name="space">What stands around operators. Names that begin or end in a letter or digit look better with one.</param>
    public string ToString(OperatorNames names, string space)
    {
        var stack = new Stack<(string Text, int Rank)>();
        foreach (var node in _postfix)
        {
            if (node.Operation is not { } operation)
            {
                stack.Push((node.Number.ToString(CultureInfo.InvariantCulture), int.MaxValue));
                continue;
            }

            var rank = RankOf(operation);
            var (right, left) = (stack.Pop(), stack.Pop());
            stack.Push((string.Concat(
                Within(left.Text, left.Rank < rank), $"{space}{names.NameOf(operation)}{space}", Within(right.Text, right.Rank <= rank)), rank));
        }

        return stack.Pop().Text;
    }

    /// <summary>1 for sums, 2 for products: what binds tighter ranks higher.</summary>
    internal static int RankOf(Operation operation) => operation is Operation.Add or Operation.Subtract ? 1 : 2;

    private static string Within(string text, bool needsParentheses) => needsParentheses ? $"({text})" : text;

    private bool TryEvaluate(Action<FormulaStep>? step, out Rational value)
    {
        var stack = new Stack<Rational>();
        value = default;
        foreach (var node in _postfix)
        {
            if (node.Operation is not { } operation)
            {
                if (node.Number == long.MaxValue)
                {
                    return false;
                }

                stack.Push(new Rational(node.Number));
                continue;
            }

            var (right, left) = (stack.Pop(), stack.Pop());
            if (!Rational.TryApply(operation, left, right, out var result))
            {
                return false;
            }

            step?.Invoke(new FormulaStep(left, operation, right, result));
            stack.Push(result);
        }

        value = stack.Pop();
        return true;
    }

    /// <param name="Operation">Null for a number.</param>
    internal readonly record struct Node(Operation? Operation, long Number)
    {
        public static Node Of(long number) => new(null, number);

        public static Node Of(Operation operation) => new(operation, 0);
    }
}

/// <summary>One operation and its result.</summary>
public readonly record struct FormulaStep(Rational Left, Operation Operation, Rational Right, Rational Result);
