using System.Globalization;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The text of a thought while it is being read from the start; the first thing that is not as it should be is the fault.</summary>
internal sealed class TraceText(string text, SokobanLevel level)
{
    private const int MaxDigits = 4;
    private const int MaxWordLength = 200;

    private int _at;

    /// <summary>Null as long as all was right.</summary>
    public string? Fault { get; private set; }

    public string Whole => text;

    public bool IsAtEnd => _at == text.Length;

    /// <summary>Notes what the text fails to do here: <c>walks where it can</c>.</summary>
    /// <returns>False.</returns>
    public bool Fail(string expected) => FailAt(_at, $"no longer {expected}");

    /// <returns>False.</returns>
    public bool FailAt(int place, string what)
    {
        Fault ??= string.Create(CultureInfo.InvariantCulture, $"at character {place + 1} it {what}");
        return false;
    }

    public bool Sees(string literal) => text.AsSpan(_at).StartsWith(literal, StringComparison.Ordinal);

    public bool TryTake(string literal)
    {
        var isThere = Sees(literal);
        _at += isThere ? literal.Length : 0;
        return isThere;
    }

    public bool Take(string literal) => TryTake(literal) || Fail($"says \"{literal.Trim()}\"");

    /// <summary>Takes a cell of the room, <c>(3,5)</c>.</summary>
    public int? TakeCell()
    {
        if (!Take("(") || TakeNumber() is not { } row || !Take(",") || TakeNumber() is not { } column || !Take(")"))
        {
            return null;
        }

        if (row >= 1 && column >= 1 && row <= level.Rows && column <= level.Columns)
        {
            return ((row - 1) * level.Columns) + column - 1;
        }

        _ = Fail("names a cell of the room");
        return null;
    }

    /// <summary>Takes a word of the vocabulary as it stands there, with the colon and the space behind it.</summary>
    public Direction? TakeWord(ActionVocabulary words)
    {
        var end = text.IndexOf(": ", _at, Math.Min(text.Length - _at, MaxWordLength), StringComparison.Ordinal);
        if (end < 0 || words.Read(text.AsSpan(_at..end)) is not { } direction || words.WordFor(direction) != text[_at..end])
        {
            _ = Fail("says a word of the binding");
            return null;
        }

        _at = end + 2;
        return direction;
    }

    private int? TakeNumber()
    {
        var end = _at;
        while (end < text.Length && end < _at + MaxDigits && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        // A number has one spelling.
        if (end == _at || text[_at] == '0')
        {
            _ = Fail("names a cell");
            return null;
        }

        var number = int.Parse(text.AsSpan(_at, end - _at), CultureInfo.InvariantCulture);
        _at = end;
        return number;
    }
}
