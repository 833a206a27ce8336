using System.Globalization;
using System.Text;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Python;

/// <summary>Values as <c>json.dumps</c> writes them: a space behind comma and colon, letters beyond ASCII as they are.</summary>
/// <param name="indent">What each level is indented by; null for one line.</param>
internal sealed class JsonText(string? indent, string itemSeparator, string keySeparator, bool escapesNonAscii, bool sortsKeys, Rendering run)
{
    private const int MaxDepth = 200;

    private readonly StringBuilder _text = new();

    public string Write(Value value)
    {
        Write(value, 0);
        return _text.ToString();
    }

    private void Write(Value value, int depth)
    {
        run.Step();
        if (depth > MaxDepth)
        {
            throw run.Error($"a value that is nested more than {MaxDepth} deep cannot be written as JSON");
        }

        switch (value)
        {
            case StringValue text:
                WriteString(text.Text);
                break;
            case ListValue list:
                WriteAll('[', list.Elements, ']', depth, element => Write(element, depth + 1));
                break;
            case DictValue dict:
                WriteAll('{', sortsKeys ? Sorted(dict) : dict.Entries, '}', depth, entry =>
                {
                    WriteString(Key(entry.Key));
                    _text.Append(keySeparator);
                    Write(entry.Value, depth + 1);
                });
                break;
            case NoneValue or BoolValue or IntegerValue or FloatValue:
                Append(Scalar(value));
                break;
            default:
                throw run.Error(value is UndefinedValue undefined ? $"{undefined.Cause}, which is no JSON" : $"a {value.TypeName} is no JSON");
        }
    }

    private static string Scalar(Value value) => value switch
    {
        NoneValue => "null",
        BoolValue => value.IsTrue ? "true" : "false",
        IntegerValue integer => integer.Number.ToString(CultureInfo.InvariantCulture),
        FloatValue { Number: var number } => double.IsFinite(number) ? Numbers.Write(number) : double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity",
        _ => throw new ArgumentException($"a {value.TypeName} is no scalar", nameof(value)),
    };

    private static string Key(Value key) => key is StringValue text ? text.Text : Scalar(key);

    private List<KeyValuePair<Value, Value>> Sorted(DictValue dict)
    {
        run.Step(dict.Entries.Count);
        return [.. Ordering.Sort(dict.Entries, (a, b) => Comparison.Compare(a.Key, b.Key, "<", run))];
    }

    private void WriteAll<T>(char open, IReadOnlyList<T> items, char close, int depth, Action<T> write)
    {
        _text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            Append(i == 0 ? "" : itemSeparator);
            NewLine(depth + 1);
            write(items[i]);
        }

        if (items.Count > 0)
        {
            NewLine(depth);
        }

        _text.Append(close);
    }

    private void NewLine(int depth)
    {
        if (indent is null)
        {
            return;
        }

        run.Reserve((long)indent.Length * depth);
        _text.Append('\n');
        for (var i = 0; i < depth; i++)
        {
            _text.Append(indent);
        }
    }

    private void Append(string text)
    {
        run.Reserve(text.Length);
        _text.Append(text);
    }

    private void WriteString(string text)
    {
        run.Reserve(text.Length);
        _text.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                < ' ' => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                > '~' when escapesNonAscii => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
    }
}
