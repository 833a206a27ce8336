using System.Numerics;

namespace Thaw.Core.Tests.Tasks.Points;

/// <summary>The slow twin of solver, reader and canonical form: every order and nesting, fractions of big integers, plain recursion.</summary>
internal static class NaivePoints
{
    /// <summary>All values that the numbers make together.</summary>
    public static HashSet<NaiveFraction> Values(IReadOnlyList<NaiveFraction> numbers)
    {
        if (numbers.Count == 1)
        {
            return [numbers[0]];
        }

        var values = new HashSet<NaiveFraction>();
        for (var i = 0; i < numbers.Count; i++)
        {
            for (var j = 0; j < numbers.Count; j++)
            {
                if (i == j)
                {
                    continue;
                }

                var others = numbers.Where((_, index) => index != i && index != j).ToList();
                foreach (var operation in "+-*/")
                {
                    if (NaiveFraction.Apply(operation, numbers[i], numbers[j]) is { } result)
                    {
                        values.UnionWith(Values([.. others, result]));
                    }
                }
            }
        }

        return values;
    }

    public static bool CanMake(IEnumerable<int> values, int target) =>
        Values([.. values.Select(value => new NaiveFraction(value, 1))]).Contains(new NaiveFraction(target, 1));

    /// <summary>Every binary tree over the cards in every order.</summary>
    public static IEnumerable<NaiveTree> Trees(IReadOnlyList<int> cards)
    {
        if (cards.Count == 1)
        {
            yield return new NaiveTree(cards[0]);
            yield break;
        }

        for (var set = 1; set < (1 << cards.Count) - 1; set++)
        {
            var left = cards.Where((_, index) => (set >> index & 1) != 0).ToList();
            var right = cards.Where((_, index) => (set >> index & 1) == 0).ToList();
            foreach (var a in Trees(left))
            {
                foreach (var b in Trees(right))
                {
                    foreach (var operation in "+-*/")
                    {
                        yield return new NaiveTree(operation, a, b);
                    }
                }
            }
        }
    }
}

/// <summary>A fraction in lowest terms with a positive denominator.</summary>
internal readonly record struct NaiveFraction
{
    public NaiveFraction(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        (Numerator, Denominator) = (numerator / divisor, denominator / divisor);
    }

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    public static NaiveFraction? Apply(char operation, NaiveFraction a, NaiveFraction b) => operation switch
    {
        '+' => new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator),
        '-' => new((a.Numerator * b.Denominator) - (b.Numerator * a.Denominator), a.Denominator * b.Denominator),
        '*' => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator),
        _ => b.Numerator.IsZero ? null : new(a.Numerator * b.Denominator, a.Denominator * b.Numerator),
    };

    public override string ToString() => Denominator.IsOne ? $"{Numerator}" : $"{Numerator}/{Denominator}";
}

/// <summary>A formula as a binary tree.</summary>
internal sealed class NaiveTree
{
    private readonly BigInteger _number;
    private readonly (char Operation, NaiveTree Left, NaiveTree Right)? _node;

    public NaiveTree(BigInteger number) => _number = number;

    public NaiveTree(char operation, NaiveTree left, NaiveTree right) => _node = (operation, left, right);

    public IEnumerable<BigInteger> Numbers => _node is var (_, left, right) ? left.Numbers.Concat(right.Numbers) : [_number];

    public NaiveFraction? Value => _node is var (operation, left, right)
        ? left.Value is { } a && right.Value is { } b ? NaiveFraction.Apply(operation, a, b) : null
        : new NaiveFraction(_number, 1);

    /// <summary>Equal for trees that differ by commutation and association alone.</summary>
    public string Canonical
    {
        get
        {
            if (_node is not var (operation, _, _))
            {
                return $"{_number}";
            }

            var isSum = operation is '+' or '-';
            return $"({string.Join(' ', Members(isSum, isInverse: false).Order(StringComparer.Ordinal))})";
        }
    }

    /// <summary>Reads sums of products of numbers and parentheses; null for anything else.</summary>
    public static NaiveTree? Parse(string text)
    {
        var at = 0;
        var tree = Sum();
        return tree is not null && at == text.Length ? tree : null;

        NaiveTree? Sum() => Chain("+-", () => Chain("*/", Operand));

        NaiveTree? Chain(string operations, Func<NaiveTree?> next)
        {
            var left = next();
            while (left is not null && at < text.Length && operations.Contains(text[at], StringComparison.Ordinal))
            {
                var operation = text[at++];
                left = next() is { } right ? new NaiveTree(operation, left, right) : null;
            }

            return left;
        }

        NaiveTree? Operand()
        {
            if (at < text.Length && text[at] == '(')
            {
                at++;
                var inside = Sum();
                return inside is not null && at < text.Length && text[at++] == ')' ? inside : null;
            }

            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            var digits = text[start..at];
            return digits.Length == 0 || (digits.Length > 1 && digits[0] == '0') ? null : new NaiveTree(BigInteger.Parse(digits, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>With parentheses around everything.</summary>
    public override string ToString() => _node is var (operation, left, right) ? $"({left}{operation}{right})" : $"{_number}";

    private IEnumerable<string> Members(bool isSum, bool isInverse)
    {
        if (_node is not var (operation, left, right) || isSum != (operation is '+' or '-'))
        {
            return [$"{(isSum ? (isInverse ? '-' : '+') : (isInverse ? '/' : '*'))}{Canonical}"];
        }

        return [.. left.Members(isSum, isInverse), .. right.Members(isSum, isInverse ^ (operation is '-' or '/'))];
    }
}
