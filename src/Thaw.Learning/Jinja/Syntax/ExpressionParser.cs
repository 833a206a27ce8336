using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>Expressions, from the weakest binding to the strongest: inline if, or, and, not, comparison, + -, ~, * / // %, **, unary, filters.</summary>
/// <remarks>Follows parser.py of Jinja 3.1, its oddities included: <c>~</c> binds tighter than <c>+</c>, and <c>-x|f</c> filters the negative.</remarks>
internal sealed partial class ExpressionParser(TokenStream tokens)
{
    /// <param name="allowsInlineIf">False where an <c>if</c> behind the expression has another meaning.</param>
    public Expression Parse(bool allowsInlineIf = true) => tokens.Nest(() => allowsInlineIf ? ParseInlineIf() : ParseOr());

    /// <summary>An expression, or several with commas between them, which make a tuple.</summary>
    /// <param name="stopsAt">A name that ends the tuple.</param>
    public Expression ParseTuple(bool allowsInlineIf = true, string? stopsAt = null)
    {
        var place = tokens.Current.Place;
        var elements = new List<Expression>();
        while (true)
        {
            if (EndsTuple(stopsAt))
            {
                break;
            }

            elements.Add(Parse(allowsInlineIf));
            if (!tokens.TryTakeOperator(","))
            {
                return elements.Count == 1 ? elements[0] : new ListLiteral(elements, isTuple: true, place);
            }
        }

        return elements.Count > 0 ? new ListLiteral(elements, isTuple: true, place) : throw tokens.Unexpected("an expression");
    }

    private bool EndsTuple(string? stopsAt) => tokens.Current is { Kind: TokenKind.VariableEnd or TokenKind.BlockEnd }
        || tokens.Current.IsOperator(")") || (stopsAt is not null && tokens.Current.IsName(stopsAt));

    private Expression ParseInlineIf()
    {
        var value = ParseOr();
        while (tokens.Current.IsName("if"))
        {
            var place = tokens.Take().Place;
            var test = ParseOr();
            value = new ConditionalExpression(test, value, tokens.TryTakeName("else") ? Parse() : null, place);
        }

        return value;
    }

    private Expression ParseOr() => Chain(ParseAnd, () => tokens.Current.IsName("or"), (left, right, _, place) => new LogicalExpression(left, right, isAnd: false, place));

    private Expression ParseAnd() => Chain(ParseNot, () => tokens.Current.IsName("and"), (left, right, _, place) => new LogicalExpression(left, right, isAnd: true, place));

    private Expression ParseNot()
    {
        if (!tokens.Current.IsName("not"))
        {
            return ParseComparison();
        }

        var place = tokens.Take().Place;
        var operand = tokens.Nest(ParseNot);
        return new UnaryExpression(operand, (value, _) => BoolValue.Of(!value.IsTrue), place);
    }

    private Expression ParseComparison()
    {
        var first = ParseSum();
        var place = tokens.Current.Place;
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (tokens.Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
            {
                var symbol = tokens.Take().Text;
                rest.Add((symbol, ParseSum()));
            }
            else if (tokens.TryTakeName("in"))
            {
                rest.Add(("in", ParseSum()));
            }
            else if (tokens.Current.IsName("not") && tokens.Next.IsName("in"))
            {
                tokens.Take();
                tokens.Take();
                rest.Add(("not in", ParseSum()));
            }
            else
            {
                return rest.Count == 0 ? first : new ComparisonExpression(first, rest, place);
            }
        }
    }

    private Expression ParseSum() => Chain(ParseConcatenation, () => tokens.Current is { Kind: TokenKind.Operator, Text: "+" or "-" }, Binary);

    private Expression ParseConcatenation()
    {
        var place = tokens.Current.Place;
        var parts = new List<Expression> { ParseProduct() };
        while (tokens.TryTakeOperator("~"))
        {
            parts.Add(ParseProduct());
        }

        return parts.Count == 1 ? parts[0] : new ConcatenationExpression(parts, place);
    }

    private Expression ParseProduct() => Chain(ParsePower, () => tokens.Current is { Kind: TokenKind.Operator, Text: "*" or "/" or "//" or "%" }, Binary);

    private Expression ParsePower() => Chain(() => ParseUnary(), () => tokens.Current.IsOperator("**"), Binary);

    private Expression ParseUnary(bool takesFilters = true)
    {
        var token = tokens.Current;
        Expression value;
        if (token is { Kind: TokenKind.Operator, Text: "-" or "+" })
        {
            tokens.Take();
            var operand = tokens.Nest(() => ParseUnary(takesFilters: false));
            value = new UnaryExpression(operand, token.Text == "-" ? Arithmetic.Negate : Arithmetic.Plus, token.Place);
        }
        else
        {
            value = ParsePrimary();
        }

        value = ParsePostfix(value);
        return takesFilters ? ParseFiltersAndTests(value) : value;
    }

    // Left to right. A long chain is a deep tree; rendering notices when it has to descend too far (see Rendering.Step).
    private Expression Chain(Func<Expression> operand, Func<bool> hasMore, Func<Expression, Expression, string, Place, Expression> combine)
    {
        var left = operand();
        while (hasMore())
        {
            var symbol = tokens.Take();
            left = combine(left, operand(), symbol.Text, symbol.Place);
        }

        return left;
    }

    private static BinaryExpression Binary(Expression left, Expression right, string symbol, Place place) => new(left, right, symbol switch
    {
        "+" => Arithmetic.Add,
        "-" => Arithmetic.Subtract,
        "*" => Arithmetic.Multiply,
        "/" => Arithmetic.Divide,
        "//" => Arithmetic.FloorDivide,
        "%" => Arithmetic.Modulo,
        _ => Arithmetic.Power,
    }, place);
}
