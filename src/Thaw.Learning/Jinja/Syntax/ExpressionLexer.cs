using Thaw.Learning.Jinja.Python;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>The tokens inside one tag.</summary>
/// <param name="endMark"><c>%}</c> or <c>}}</c>; inside brackets it is no end.</param>
internal sealed class ExpressionLexer(Source source, List<Token> tokens, string endMark)
{
    private static readonly string[] s_operators =
    [
        "//", "**", "==", "!=", "<=", ">=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", "<", ">", "=", ".", ":", "|", ",", ";",
    ];

    private readonly string _text = source.Text;
    private readonly Stack<char> _open = [];

    /// <returns>The offset behind the end mark, or of the end of the text where there is none.</returns>
    public int Read(int at, out bool isClosed)
    {
        while (true)
        {
            at += Whitespace.CountAtStart(_text.AsSpan(at));
            if (_open.Count == 0 && EndsAt(at, out var end))
            {
                isClosed = true;
                return end;
            }

            if (at >= _text.Length)
            {
                isClosed = false;
                return at;
            }

            at = ReadToken(at);
        }
    }

    private bool EndsAt(int at, out int end)
    {
        var mark = at < _text.Length && (_text[at] == '-' || (_text[at] == '+' && endMark == "%}")) ? at + 1 : at;
        end = mark + endMark.Length;
        return string.CompareOrdinal(_text, mark, endMark, 0, endMark.Length) == 0;
    }

    private int ReadToken(int start)
    {
        var c = _text[start];
        if (char.IsAsciiDigit(c))
        {
            return ReadNumber(start);
        }

        if (char.IsLetter(c) || c == '_')
        {
            var end = start + 1;
            while (end < _text.Length && (char.IsLetterOrDigit(_text[end]) || _text[end] == '_'))
            {
                end++;
            }

            return Add(TokenKind.Name, _text[start..end], start, end);
        }

        if (c is '"' or '\'')
        {
            var end = StringLiteral.EndOf(_text, start);
            return end < 0
                ? throw source.Error(start, "this string has no end")
                : Add(TokenKind.String, StringLiteral.Unescape(source, start + 1, end - 1), start, end);
        }

        foreach (var symbol in s_operators)
        {
            if (string.CompareOrdinal(_text, start, symbol, 0, symbol.Length) == 0)
            {
                Balance(symbol[0], start);
                return Add(TokenKind.Operator, symbol, start, start + symbol.Length);
            }
        }

        throw source.Error(start, $"unexpected character '{_text.Substring(start, CodePoints.WidthAt(_text, start))}'");
    }

    // Digits may have single underscores between them. A number behind a point is an index: a.0.1.
    private int ReadNumber(int start)
    {
        var radix = start + 1 < _text.Length && _text[start] == '0' ? char.ToLowerInvariant(_text[start + 1]) : ' ';
        if (radix is 'x' or 'o' or 'b')
        {
            var last = start + 2;
            while (last < _text.Length && (char.IsAsciiHexDigit(_text[last]) || _text[last] == '_'))
            {
                last++;
            }

            return Add(TokenKind.Integer, _text[start..last], start, last);
        }

        var end = Digits(start);
        var kind = TokenKind.Integer;
        if (start == 0 || _text[start - 1] != '.')
        {
            if (end + 1 < _text.Length && _text[end] == '.' && char.IsAsciiDigit(_text[end + 1]))
            {
                (end, kind) = (Digits(end + 1), TokenKind.Float);
            }

            var exponent = end < _text.Length && _text[end] is 'e' or 'E' ? end + 1 : -1;
            exponent += exponent > 0 && exponent < _text.Length && _text[exponent] is '+' or '-' ? 1 : 0;
            if (exponent > 0 && exponent < _text.Length && char.IsAsciiDigit(_text[exponent]))
            {
                (end, kind) = (Digits(exponent), TokenKind.Float);
            }
        }

        return Add(kind, _text[start..end], start, end);
    }

    private int Digits(int at)
    {
        while (at < _text.Length && (char.IsAsciiDigit(_text[at]) || (_text[at] == '_' && at + 1 < _text.Length && char.IsAsciiDigit(_text[at + 1]))))
        {
            at++;
        }

        return at;
    }

    private void Balance(char symbol, int at)
    {
        if (symbol is '(' or '[' or '{')
        {
            _open.Push(symbol switch { '(' => ')', '[' => ']', _ => '}' });
        }
        else if (symbol is ')' or ']' or '}' && (_open.Count == 0 || _open.Pop() != symbol))
        {
            throw source.Error(at, $"unexpected '{symbol}'");
        }
    }

    private int Add(TokenKind kind, string value, int start, int end)
    {
        tokens.Add(new Token(kind, value, source.PlaceOf(start)));
        return end;
    }
}
