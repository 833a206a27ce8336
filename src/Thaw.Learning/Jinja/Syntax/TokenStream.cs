using System.Runtime.CompilerServices;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>The tokens of a template, from first to last, with what both parsers ask of them.</summary>
internal sealed class TokenStream(Source source)
{
    private const int MaxDepth = 200;

    private readonly IReadOnlyList<Token> _tokens = Lexer.Read(source);
    private readonly List<HashSet<string>> _watchers = [];
    private int _at;
    private int _depth;

    public Token Current => _tokens[_at];

    public Token Next => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    public Token Take()
    {
        var token = Current;
        _at = Math.Min(_at + 1, _tokens.Count - 1);
        return token;
    }

    public bool TryTakeOperator(string symbol)
    {
        var isThere = Current.IsOperator(symbol);
        _ = isThere ? Take() : default;
        return isThere;
    }

    public bool TryTakeName(string name)
    {
        var isThere = Current.IsName(name);
        _ = isThere ? Take() : default;
        return isThere;
    }

    public Token Expect(TokenKind kind, string what) => Current.Kind == kind ? Take() : throw Unexpected(what);

    public void ExpectOperator(string symbol)
    {
        if (!TryTakeOperator(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    public JinjaException Unexpected(string wanted) => Error(Current.Place, $"{wanted} is expected, not {Current}");

    public JinjaException Error(Place place, string cause) => new(source.Name, place, cause);

    /// <summary>Parses one level deeper; templates are written by strangers, and the stack is not endless.</summary>
    public T Nest<T>(Func<T> parse)
    {
        if (_depth == MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Error(Current.Place, $"more than {MaxDepth} levels inside each other");
        }

        _depth++;
        var parsed = parse();
        _depth--;
        return parsed;
    }

    /// <summary>The names that are read while <paramref name="parse"/> runs.</summary>
    public HashSet<string> NamesReadIn(Action parse)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        _watchers.Add(names);
        parse();
        _watchers.RemoveAt(_watchers.Count - 1);
        return names;
    }

    public void NoteRead(string name) => _watchers.ForEach(names => names.Add(name));
}
