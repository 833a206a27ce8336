namespace Thaw.Learning.Jinja.Syntax;

/// <summary>Text and tags as statements.</summary>
/// <remarks>There is no loader, so whatever names another template is refused, as it is in <c>transformers</c>.</remarks>
internal sealed partial class StatementParser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private StatementParser(Source source)
    {
        _tokens = new TokenStream(source);
        _expressions = new ExpressionParser(_tokens);
    }

    /// <exception cref="JinjaException">The text is no template.</exception>
    public static IReadOnlyList<Statement> Parse(Source source)
    {
        var parser = new StatementParser(source);
        var body = parser.ParseBody();
        return parser._tokens.Current is { Kind: TokenKind.End } ? body : throw parser._tokens.Unexpected("the end of the template");
    }

    /// <summary>Statements up to a tag that begins with one of <paramref name="ends"/>; that name is the current token afterwards.</summary>
    private List<Statement> ParseBody(params ReadOnlySpan<string> ends)
    {
        var body = new List<Statement>();
        while (true)
        {
            var token = _tokens.Current;
            switch (token.Kind)
            {
                case TokenKind.Data:
                    _tokens.Take();
                    body.Add(new TextStatement(token.Text, token.Place));
                    break;
                case TokenKind.VariableBegin:
                    _tokens.Take();
                    body.Add(new PrintStatement(_expressions.ParseTuple(), token.Place));
                    _tokens.Expect(TokenKind.VariableEnd, "'}}'");
                    break;
                case TokenKind.BlockBegin:
                    _tokens.Take();
                    if (_tokens.Current.Kind == TokenKind.Name && ends.Contains(_tokens.Current.Text))
                    {
                        return body;
                    }

                    body.Add(_tokens.Nest(ParseStatement));
                    _tokens.Expect(TokenKind.BlockEnd, "'%}'");
                    break;
                default:
                    return ends.Length == 0 ? body : throw _tokens.Unexpected($"'{{% {ends[^1]} %}}'");
            }
        }
    }

    /// <summary>The body of a block whose opening tag has been read up to its <c>%}</c>; leaves its closing name behind.</summary>
    private List<Statement> ParseBlock(string end)
    {
        _tokens.Expect(TokenKind.BlockEnd, "'%}'");
        var body = ParseBody(end);
        _tokens.Take();
        return body;
    }

    // No jump can leave what is a function of its own in Jinja: a macro, a block.
    private T OutsideLoops<T>(Func<T> parse)
    {
        var loops = _loops;
        _loops = 0;
        var parsed = parse();
        _loops = loops;
        return parsed;
    }

    private Statement ParseStatement()
    {
        var keyword = _tokens.Expect(TokenKind.Name, "the name of a tag");
        return keyword.Text switch
        {
            "if" => ParseIf(keyword.Place),
            "for" => ParseFor(keyword.Place),
            "set" => ParseSet(keyword.Place),
            "macro" => ParseMacro(keyword.Place),
            "call" => ParseCall(keyword.Place),
            "filter" => ParseFilterBlock(keyword.Place),
            "with" => ParseWith(keyword.Place),
            "block" => ParseNamedBlock(keyword.Place),
            "generation" => new GenerationStatement(OutsideLoops(() => ParseBlock("endgeneration")), keyword.Place),
            "print" => new PrintStatement(_expressions.ParseTuple(), keyword.Place),
            "break" => ParseJump(Flow.Break, keyword),
            "continue" => ParseJump(Flow.Continue, keyword),
            "include" or "import" or "from" or "extends" => throw _tokens.Error(keyword.Place, $"'{keyword.Text}' needs another template, and there is none"),
            _ => throw _tokens.Error(keyword.Place, $"there is no tag '{keyword.Text}'"),
        };
    }

    private IfStatement ParseIf(Place place)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        while (true)
        {
            var test = _expressions.ParseTuple(allowsInlineIf: false);
            _tokens.Expect(TokenKind.BlockEnd, "'%}'");
            branches.Add((test, ParseBody("elif", "else", "endif")));
            switch (_tokens.Take().Text)
            {
                case "elif":
                    continue;
                case "else":
                    return new IfStatement(branches, ParseBlock("endif"), place);
                default:
                    return new IfStatement(branches, [], place);
            }
        }
    }

    private ForStatement ParseFor(Place place)
    {
        var target = ParseTarget("in");
        if (!_tokens.TryTakeName("in"))
        {
            throw _tokens.Unexpected("'in'");
        }

        var iterable = _expressions.ParseTuple(allowsInlineIf: false, stopsAt: "recursive");
        var condition = _tokens.TryTakeName("if") ? _expressions.Parse() : null;
        var isRecursive = _tokens.TryTakeName("recursive");
        _tokens.Expect(TokenKind.BlockEnd, "'%}'");
        _loops++;
        var body = ParseBody("endfor", "else");
        _loops--;
        IReadOnlyList<Statement> otherwise = _tokens.Take().Text == "else" ? ParseBlock("endfor") : [];
        return new ForStatement(target, iterable, condition, body, otherwise, isRecursive, place);
    }

    private JumpStatement ParseJump(Flow flow, Token keyword) => _loops > 0
        ? new JumpStatement(flow, keyword.Place)
        : throw _tokens.Error(keyword.Place, $"'{keyword.Text}' stands in no loop");

    private Statement ParseSet(Place place)
    {
        var target = ParseTarget(stopsAt: null, allowsNamespace: true);
        if (_tokens.TryTakeOperator("="))
        {
            return new SetStatement(target, _expressions.ParseTuple(), place);
        }

        var filtered = _expressions.ParseFilters(new BlockText(place));
        return new SetBlockStatement(target, filtered, ParseBlock("endset"), place);
    }

    private FilterBlockStatement ParseFilterBlock(Place place)
    {
        var filtered = _expressions.ParseFilters(new BlockText(place), startsInside: true);
        return new FilterBlockStatement(filtered, ParseBlock("endfilter"), place);
    }

    private WithStatement ParseWith(Place place)
    {
        var variables = new List<(Target, Expression)>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (variables.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            var target = ParseName();
            _tokens.ExpectOperator("=");
            variables.Add((target, _expressions.Parse()));
        }

        return new WithStatement(variables, ParseBlock("endwith"), place);
    }

    private BlockStatement ParseNamedBlock(Place place)
    {
        var name = _tokens.Expect(TokenKind.Name, "the name of a block").Text;
        var isScoped = _tokens.TryTakeName("scoped");
        _ = _tokens.TryTakeName("required") ? throw _tokens.Error(place, "a required block needs another template, and there is none") : false;
        var body = OutsideLoops(() => ParseBlock("endblock"));
        _tokens.TryTakeName(name);
        return new BlockStatement(body, isScoped, place);
    }
}
