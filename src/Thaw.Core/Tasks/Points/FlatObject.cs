using System.Globalization;
using System.Text;

namespace Thaw.Core.Tasks.Points;

/// <summary>A JSON object of texts and lists of texts, read more tolerantly than JSON is.</summary>
/// <remarks>
/// Beyond JSON, quotes may be single, a comma may stand behind the last entry, and a scalar may be a bare word, which numbers are too.
/// Of two entries with one key the last counts. There are no objects inside, nor lists in lists.
/// </remarks>
internal sealed class FlatObject
{
    private readonly Dictionary<string, IReadOnlyList<string>> _lists = [];
    private readonly Dictionary<string, string> _texts = [];

    private FlatObject()
    {
    }

    /// <param name="inside">What stands between the braces.</param>
    public static FlatObject? ReadOrNull(ReadOnlySpan<char> inside)
    {
        var entries = new FlatObject();
        var cursor = new Cursor(inside);
        while (!cursor.IsAtEnd)
        {
            if (!cursor.IsAtQuote || cursor.ReadQuotedOrNull() is not { } key || !cursor.TryTake(':') || !entries.TryReadValue(key, ref cursor))
            {
                return null;
            }

            if (!cursor.TryTake(',') && !cursor.IsAtEnd)
            {
                return null;
            }
        }

        return entries;
    }

    /// <summary>Null where there is no such entry or it is a list or a bare word.</summary>
    public string? TextOrNull(string key) => _texts.GetValueOrDefault(key);

    /// <summary>Null where there is no such entry or it is no list.</summary>
    public IReadOnlyList<string>? ListOrNull(string key) => _lists.GetValueOrDefault(key);

    private bool TryReadValue(string key, ref Cursor cursor)
    {
        _lists.Remove(key);
        _texts.Remove(key);
        if (cursor.IsAtQuote)
        {
            var text = cursor.ReadQuotedOrNull();
            _texts[key] = text ?? "";
            return text is not null;
        }

        if (!cursor.TryTake('['))
        {
            return cursor.ReadBareWordOrNull() is not null;
        }

        var list = new List<string>();
        while (!cursor.TryTake(']'))
        {
            if ((cursor.IsAtQuote ? cursor.ReadQuotedOrNull() : cursor.ReadBareWordOrNull()) is not { } entry)
            {
                return false;
            }

            list.Add(entry);
            if (!cursor.TryTake(',') && !cursor.IsAt(']'))
            {
                return false;
            }
        }

        _lists[key] = list;
        return true;
    }

    // Always stands at the end or at something that is no space.
    private ref struct Cursor(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text.TrimStart();

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public readonly bool IsAtQuote => IsAt('"') || IsAt('\'');

        public readonly bool IsAt(char mark) => !_rest.IsEmpty && _rest[0] == mark;

        public bool TryTake(char mark)
        {
            if (!IsAt(mark))
            {
                return false;
            }

            _rest = _rest[1..].TrimStart();
            return true;
        }

        public string? ReadBareWordOrNull()
        {
            var length = 0;
            while (length < _rest.Length && (char.IsLetterOrDigit(_rest[length]) || _rest[length] is '.' or '-' or '+'))
            {
                length++;
            }

            var word = _rest[..length].ToString();
            _rest = _rest[length..].TrimStart();
            return length > 0 ? word : null;
        }

        public string? ReadQuotedOrNull()
        {
            var quote = _rest[0];
            var text = new StringBuilder();
            for (var i = 1; i < _rest.Length; i++)
            {
                if (_rest[i] == quote)
                {
                    _rest = _rest[(i + 1)..].TrimStart();
                    return text.ToString();
                }

                if (_rest[i] != '\\')
                {
                    text.Append(_rest[i]);
                    continue;
                }

                i++;
                if (i == _rest.Length)
                {
                    break;
                }

                if (_rest[i] == 'u' && _rest.Length - i > 4
                    && ushort.TryParse(_rest.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                {
                    text.Append((char)code);
                    i += 4;
                    continue;
                }

                text.Append(_rest[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', var other => other });
            }

            return null;
        }
    }
}
