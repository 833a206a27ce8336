using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

internal sealed class BinaryExpression(Expression left, Expression right, Func<Value, Value, Rendering, Value> apply, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var (first, second) = (left.Evaluate(scope, run), right.Evaluate(scope, run));
        return apply(first, second, run.At(Place));
    }
}

internal sealed class UnaryExpression(Expression operand, Func<Value, Rendering, Value> apply, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var value = operand.Evaluate(scope, run);
        return apply(value, run.At(Place));
    }
}

/// <summary><c>and</c> and <c>or</c>, which give one of their operands and leave the second alone where the first decides.</summary>
internal sealed class LogicalExpression(Expression left, Expression right, bool isAnd, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var first = left.Evaluate(scope, run);
        return first.IsTrue == isAnd ? right.Evaluate(scope, run) : first;
    }
}

/// <summary><c>value if test else otherwise</c>; undefined where there is no <c>else</c>.</summary>
internal sealed class ConditionalExpression(Expression test, Expression value, Expression? otherwise, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run) => test.Evaluate(scope, run).IsTrue
        ? value.Evaluate(scope, run)
        : otherwise?.Evaluate(scope, run) ?? new UndefinedValue("an inline 'if' without 'else' was false");
}

/// <summary>Texts of all parts, one behind the other: <c>a ~ b</c>.</summary>
internal sealed class ConcatenationExpression(IReadOnlyList<Expression> parts, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var values = parts.Select(part => part.Evaluate(scope, run)).ToList();
        run.At(Place);
        var texts = values.ConvertAll(value => Text.Of(value, run));
        run.Reserve(texts.Sum(text => (long)text.Length));
        return new StringValue(string.Concat(texts));
    }
}

/// <summary><c>a &lt; b &lt;= c</c>: every neighbouring pair must hold.</summary>
internal sealed class ComparisonExpression(Expression first, IReadOnlyList<(string Symbol, Expression Operand)> rest, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var left = first.Evaluate(scope, run);
        foreach (var (symbol, operand) in rest)
        {
            var right = operand.Evaluate(scope, run);
            if (!Holds(left, symbol, right, run.At(Place)))
            {
                return BoolValue.False;
            }

            left = right;
        }

        return BoolValue.True;
    }

    private static bool Holds(Value left, string symbol, Value right, Rendering run) => symbol switch
    {
        "==" => Comparison.AreEqual(left, right, run),
        "!=" => !Comparison.AreEqual(left, right, run),
        "in" => Comparison.Contains(right, left, run),
        "not in" => !Comparison.Contains(right, left, run),
        "<" => Comparison.Compare(left, right, symbol, run) < 0,
        "<=" => Comparison.Compare(left, right, symbol, run) <= 0,
        ">" => Comparison.Compare(left, right, symbol, run) > 0,
        _ => Comparison.Compare(left, right, symbol, run) >= 0,
    };
}
