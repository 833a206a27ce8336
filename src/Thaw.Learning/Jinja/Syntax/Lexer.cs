using Thaw.Learning.Jinja.Python;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>Cuts a template into text and tags, with <c>trim_blocks</c> and <c>lstrip_blocks</c> on, as chat templates expect.</summary>
/// <remarks>
/// A block or comment takes the line break behind it, and the spaces before it where nothing else stands before it on its line.
/// <c>-</c> at a mark takes all white space on that side, <c>+</c> leaves it. Follows the rules of Jinja 3.1, lexer.py.
/// </remarks>
internal sealed class Lexer
{
    private readonly Source _source;
    private readonly string _text;
    private readonly List<Token> _tokens = [];
    private int _at;
    private bool _isLineStart = true;

    private Lexer(Source source) => (_source, _text) = (source, source.Text);

    /// <exception cref="JinjaException">A tag, a comment or a string without its end, or a character that means nothing.</exception>
    public static IReadOnlyList<Token> Read(Source source)
    {
        var lexer = new Lexer(source);
        lexer.Read();
        return lexer._tokens;
    }

    private void Read()
    {
        while (_at < _text.Length)
        {
            var tag = NextTag();
            if (tag < 0)
            {
                AddData(_text[_at..], _at);
                break;
            }

            var data = (Start: _at, End: tag);
            var isRaw = RawTag.Match(_text, tag, "raw") is not null;
            var sign = tag + 2 < _text.Length && _text[tag + 2] is '-' or '+' ? _text[tag + 2] : ' ';
            AddData(Strip(_text[data.Start..data.End], sign, isBlock: _text[tag + 1] != '{'), data.Start);
            _at = tag + (sign == ' ' ? 2 : 3);
            if (isRaw)
            {
                ReadRaw(tag);
            }
            else if (_text[tag + 1] == '#')
            {
                ReadComment(tag);
            }
            else
            {
                ReadTag(tag, isBlock: _text[tag + 1] == '%');
            }
        }

        _tokens.Add(new Token(TokenKind.End, "", _source.PlaceOf(_text.Length)));
    }

    private int NextTag()
    {
        for (var at = _text.IndexOf('{', _at); at >= 0 && at + 1 < _text.Length; at = _text.IndexOf('{', at + 1))
        {
            if (_text[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return -1;
    }

    private void AddData(string data, int offset)
    {
        if (data.Length > 0)
        {
            _tokens.Add(new Token(TokenKind.Data, data, _source.PlaceOf(offset)));
        }
    }

    // What stays of the text before a tag.
    private string Strip(string data, char sign, bool isBlock)
    {
        if (sign == '-')
        {
            return data[..^Whitespace.CountAtEnd(data)];
        }

        if (sign == '+' || !isBlock)
        {
            return data;
        }

        var line = data.LastIndexOf('\n') + 1;
        return (line > 0 || _isLineStart) && Whitespace.CountAtStart(data.AsSpan(line)) == data.Length - line ? data[..line] : data;
    }

    private void ReadComment(int tag)
    {
        var end = _text.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw _source.Error(tag, "this comment has no end");
        }

        var sign = end > _at ? _text[end - 1] : ' ';
        _at = end + 2;
        SkipBehind(sign, trimsLine: true);
    }

    private void ReadRaw(int tag)
    {
        _at = RawTag.Match(_text, tag, "raw")!.Value.End;
        if (RawTag.TakesSpace(_text, _at))
        {
            _at += Whitespace.CountAtStart(_text.AsSpan(_at));
        }

        _isLineStart = _text[_at - 1] == '\n';
        for (var end = _text.IndexOf("{%", _at, StringComparison.Ordinal); end >= 0; end = _text.IndexOf("{%", end + 1, StringComparison.Ordinal))
        {
            if (RawTag.Match(_text, end, "endraw") is { } match)
            {
                AddData(Strip(_text[_at..end], match.Sign, isBlock: true), _at);
                _at = match.End;
                SkipBehind(_text[_at - 3], trimsLine: true);
                return;
            }
        }

        throw _source.Error(tag, "this raw block has no end");
    }

    private void ReadTag(int tag, bool isBlock)
    {
        _tokens.Add(new Token(isBlock ? TokenKind.BlockBegin : TokenKind.VariableBegin, "", _source.PlaceOf(tag)));
        var expression = new ExpressionLexer(_source, _tokens, isBlock ? "%}" : "}}");
        _at = expression.Read(_at, out var isClosed);
        if (isClosed)
        {
            var sign = _text[_at - 3] is '-' || (isBlock && _text[_at - 3] is '+') ? _text[_at - 3] : ' ';
            _tokens.Add(new Token(isBlock ? TokenKind.BlockEnd : TokenKind.VariableEnd, "", _source.PlaceOf(_at - 2)));
            SkipBehind(sign, trimsLine: isBlock);
        }
    }

    private void SkipBehind(char sign, bool trimsLine)
    {
        if (sign == '-')
        {
            _at += Whitespace.CountAtStart(_text.AsSpan(_at));
        }
        else if (sign != '+' && trimsLine && _at < _text.Length && _text[_at] == '\n')
        {
            _at++;
        }

        _isLineStart = _text[_at - 1] == '\n';
    }
}
