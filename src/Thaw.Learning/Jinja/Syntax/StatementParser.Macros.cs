namespace Thaw.Learning.Jinja.Syntax;

internal sealed partial class StatementParser
{
    private MacroStatement ParseMacro(Place place)
    {
        var name = _tokens.Expect(TokenKind.Name, "the name of a macro").Text;
        var parameters = ParseParameters();
        return new MacroStatement(ParseDefinition(name, parameters, "endmacro"), place);
    }

    private CallStatement ParseCall(Place place)
    {
        var parameters = _tokens.Current.IsOperator("(") ? ParseParameters() : [];
        var callee = _expressions.Parse();
        return callee is CallExpression call
            ? new CallStatement(call, ParseDefinition("caller", parameters, "endcall"), place)
            : throw _tokens.Error(callee.Place, "'call' needs a call");
    }

    private MacroDefinition ParseDefinition(string name, IReadOnlyList<(string, Expression?)> parameters, string end)
    {
        List<Statement> body = [];
        var names = _tokens.NamesReadIn(() => body = OutsideLoops(() => ParseBlock(end)));
        return new MacroDefinition(name, parameters, body, names.Contains("caller"), names.Contains("varargs"), names.Contains("kwargs"));
    }

    private List<(string Name, Expression? Default)> ParseParameters()
    {
        var parameters = new List<(string Name, Expression? Default)>();
        _tokens.ExpectOperator("(");
        while (!_tokens.TryTakeOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            var place = _tokens.Current.Place;
            var name = ParseName().Name;
            var otherwise = _tokens.TryTakeOperator("=") ? _expressions.Parse() : null;
            if (otherwise is null && parameters is [.., { Default: not null }])
            {
                throw _tokens.Error(place, $"parameter '{name}' needs a default, as the one before it has");
            }

            parameters.Add((name, otherwise));
        }

        return parameters;
    }

    private NameTarget ParseName()
    {
        var name = _tokens.Expect(TokenKind.Name, "a name");
        return name.Text is "true" or "false" or "none" or "True" or "False" or "None"
            ? throw _tokens.Error(name.Place, $"'{name.Text}' cannot be set")
            : new NameTarget(name.Text);
    }

    // a, or a, b, or (a, b), or ns.a.
    private Target ParseTarget(string? stopsAt, bool allowsNamespace = false)
    {
        var parts = new List<Target>();
        while (true)
        {
            parts.Add(_tokens.Nest(() => ParseTargetPart(allowsNamespace)));
            if (!_tokens.TryTakeOperator(","))
            {
                return parts.Count == 1 ? parts[0] : new TupleTarget(parts);
            }

            if (_tokens.Current.IsOperator("=") || _tokens.Current.IsOperator(")") || (stopsAt is not null && _tokens.Current.IsName(stopsAt)))
            {
                return new TupleTarget(parts);
            }
        }
    }

    private Target ParseTargetPart(bool allowsNamespace)
    {
        if (_tokens.TryTakeOperator("("))
        {
            var inner = ParseTarget(stopsAt: null);
            _tokens.ExpectOperator(")");
            return inner;
        }

        var name = ParseName();
        if (!allowsNamespace || !_tokens.TryTakeOperator("."))
        {
            return name;
        }

        // Setting a member reads the namespace, which may be the caller or the keyword arguments of a macro.
        _tokens.NoteRead(name.Name);
        return new NamespaceTarget(name.Name, _tokens.Expect(TokenKind.Name, "a name").Text);
    }
}
