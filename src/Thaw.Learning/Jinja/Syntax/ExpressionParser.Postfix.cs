using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

internal sealed partial class ExpressionParser
{
    /// <summary>Filters around <paramref name="value"/>.</summary>
    /// <param name="startsInside">The first one has no pipe before it, as in <c>{% filter upper %}</c>.</param>
    public Expression ParseFilters(Expression value, bool startsInside = false)
    {
        while (startsInside || tokens.TryTakeOperator("|"))
        {
            startsInside = false;
            var (name, place) = ParseDottedName("the name of a filter");
            value = new FilterExpression(value, name, tokens.TryTakeOperator("(") ? ParseArguments() : ArgumentList.None, place);
        }

        return value;
    }

    /// <summary>The arguments of a call, behind its opening parenthesis.</summary>
    public ArgumentList ParseArguments()
    {
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? more = null, moreNamed = null;
        var isFirst = true;
        while (!tokens.TryTakeOperator(")"))
        {
            if (!isFirst)
            {
                tokens.ExpectOperator(",");
                if (tokens.TryTakeOperator(")"))
                {
                    break;
                }
            }

            isFirst = false;
            if (more is null && moreNamed is null && tokens.TryTakeOperator("*"))
            {
                more = Parse();
            }
            else if (moreNamed is null && tokens.TryTakeOperator("**"))
            {
                moreNamed = Parse();
            }
            else if (moreNamed is null && tokens.Current.Kind == TokenKind.Name && tokens.Next.IsOperator("="))
            {
                var name = tokens.Take().Text;
                tokens.Take();
                named.Add((name, Parse()));
            }
            else if (named.Count == 0 && more is null && moreNamed is null)
            {
                positional.Add(Parse());
            }
            else
            {
                throw tokens.Error(tokens.Current.Place, "an argument by position cannot stand behind one by name");
            }
        }

        return new ArgumentList(positional, named, more, moreNamed);
    }

    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            var place = tokens.Current.Place;
            if (tokens.TryTakeOperator("."))
            {
                value = ParseMember(value, place);
            }
            else if (tokens.TryTakeOperator("["))
            {
                value = ParseSubscript(value, place);
            }
            else if (tokens.TryTakeOperator("("))
            {
                value = new CallExpression(value, ParseArguments(), place);
            }
            else
            {
                return value;
            }
        }
    }

    // Calls are valid behind filters and tests, too; subscripts are not.
    private Expression ParseFiltersAndTests(Expression value)
    {
        while (true)
        {
            var place = tokens.Current.Place;
            if (tokens.Current.IsOperator("|"))
            {
                value = ParseFilters(value);
            }
            else if (tokens.TryTakeName("is"))
            {
                value = ParseTest(value);
            }
            else if (tokens.TryTakeOperator("("))
            {
                value = new CallExpression(value, ParseArguments(), place);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression ParseTest(Expression value)
    {
        var isNegated = tokens.TryTakeName("not");
        var (name, place) = ParseDottedName("the name of a test");
        var arguments = ArgumentList.None;
        if (tokens.TryTakeOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (TakesBareArgument())
        {
            var argument = ParsePostfix(ParsePrimary());
            arguments = ArgumentList.None with { Positional = [argument] };
        }

        var test = new TestExpression(value, name, arguments, place);
        return isNegated ? new UnaryExpression(test, (result, _) => BoolValue.Of(!result.IsTrue), place) : test;
    }

    private bool TakesBareArgument()
    {
        var next = tokens.Current;
        return next.IsName("is")
            ? throw tokens.Error(next.Place, "a test cannot stand behind a test; join them with 'and'")
            : next.Kind is TokenKind.String or TokenKind.Integer or TokenKind.Float
                || next is { Kind: TokenKind.Operator, Text: "[" or "{" }
                || (next.Kind == TokenKind.Name && next.Text is not ("else" or "or" or "and"));
    }

    private (string Name, Place Place) ParseDottedName(string what)
    {
        var first = tokens.Expect(TokenKind.Name, what);
        var name = first.Text;
        while (tokens.TryTakeOperator("."))
        {
            name += "." + tokens.Expect(TokenKind.Name, what).Text;
        }

        return (name, first.Place);
    }

    private Expression ParseMember(Expression value, Place place)
    {
        var member = tokens.Take();
        return member.Kind switch
        {
            TokenKind.Name => new AttributeExpression(value, member.Text, member.Place),
            TokenKind.Integer when Python.Numbers.TryParse(member.Text, 0, out var index) =>
                new ItemExpression(value, new Literal(new IntegerValue(index), member.Place), place),
            _ => throw tokens.Error(member.Place, $"a name or a number is expected, not {member}"),
        };
    }

    private Expression ParseSubscript(Expression value, Place place)
    {
        Expression? start = tokens.Current.IsOperator(":") ? null : Parse(), stop = null, step = null;
        if (start is not null && !tokens.Current.IsOperator(":"))
        {
            var indices = new List<Expression> { start };
            while (tokens.TryTakeOperator(","))
            {
                indices.Add(Parse());
            }

            start = indices.Count == 1 ? start : new ListLiteral(indices, isTuple: true, place);

            tokens.ExpectOperator("]");
            return new ItemExpression(value, start, place);
        }

        tokens.ExpectOperator(":");
        stop = tokens.Current.IsOperator(":") || tokens.Current.IsOperator("]") ? null : Parse();
        if (tokens.TryTakeOperator(":"))
        {
            step = tokens.Current.IsOperator("]") ? null : Parse();
        }

        tokens.ExpectOperator("]");
        return new SliceExpression(value, start, stop, step, place);
    }
}
