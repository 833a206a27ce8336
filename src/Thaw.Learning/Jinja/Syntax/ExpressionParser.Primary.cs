using System.Globalization;
using System.Text;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

internal sealed partial class ExpressionParser
{
    private Expression ParsePrimary()
    {
        var token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return ParseName(token);
            case TokenKind.String:
                var text = new StringBuilder(token.Text);
                while (tokens.Current.Kind == TokenKind.String)
                {
                    text.Append(tokens.Take().Text);
                }

                return new Literal(new StringValue(text.ToString()), token.Place);
            case TokenKind.Integer:
                return new Literal(Numbers.TryParse(token.Text, 0, out var whole)
                    ? new IntegerValue(whole)
                    : throw tokens.Error(token.Place, $"'{Shortened(token.Text)}' is no number"), token.Place);
            case TokenKind.Float:
                var number = double.Parse(token.Text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
                return new Literal(new FloatValue(number), token.Place);
            case TokenKind.Operator when token.Text == "(":
                return ParseParentheses(token.Place);
            case TokenKind.Operator when token.Text == "[":
                return new ListLiteral(ParseElements("]"), isTuple: false, token.Place);
            case TokenKind.Operator when token.Text == "{":
                return ParseDict(token.Place);
            default:
                throw tokens.Error(token.Place, $"an expression is expected, not {token}");
        }
    }

    private static string Shortened(string text) => text.Length <= 20 ? text : text[..20] + "...";

    private Expression ParseName(Token token)
    {
        switch (token.Text)
        {
            case "true" or "True":
                return new Literal(BoolValue.True, token.Place);
            case "false" or "False":
                return new Literal(BoolValue.False, token.Place);
            case "none" or "None":
                return new Literal(NoneValue.Instance, token.Place);
            default:
                tokens.NoteRead(token.Text);
                return new NameExpression(token.Text, token.Place);
        }
    }

    private Expression ParseParentheses(Place place)
    {
        if (tokens.TryTakeOperator(")"))
        {
            return new ListLiteral([], isTuple: true, place);
        }

        var inner = ParseTuple();
        tokens.ExpectOperator(")");
        return inner;
    }

    private List<Expression> ParseElements(string end)
    {
        var elements = new List<Expression>();
        while (!tokens.TryTakeOperator(end))
        {
            if (elements.Count > 0)
            {
                tokens.ExpectOperator(",");
                if (tokens.TryTakeOperator(end))
                {
                    break;
                }
            }

            elements.Add(Parse());
        }

        return elements;
    }

    private DictLiteral ParseDict(Place place)
    {
        var entries = new List<(Expression, Expression)>();
        while (!tokens.TryTakeOperator("}"))
        {
            if (entries.Count > 0)
            {
                tokens.ExpectOperator(",");
                if (tokens.TryTakeOperator("}"))
                {
                    break;
                }
            }

            var key = Parse();
            tokens.ExpectOperator(":");
            entries.Add((key, Parse()));
        }

        return new DictLiteral(entries, place);
    }
}
