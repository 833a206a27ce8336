using System.Globalization;
using System.Text;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Python;

/// <summary>Values as text: <c>str()</c>, which is what gets printed, and <c>repr()</c>, which is how they look inside lists and dicts.</summary>
internal static class Text
{
    private const int MaxDepth = 200;

    public static string Of(Value value, Rendering run) => value switch
    {
        StringValue text => text.Text,
        UndefinedValue => "",
        _ => Repr(value, run),
    };

    public static string Repr(Value value, Rendering run)
    {
        var text = new StringBuilder();
        Write(value, text, run, 0);
        return text.ToString();
    }

    private static void Write(Value value, StringBuilder text, Rendering run, int depth)
    {
        run.Step();
        if (depth > MaxDepth)
        {
            throw run.Error($"a value that is nested more than {MaxDepth} deep cannot be printed");
        }

        var start = text.Length;
        switch (value)
        {
            case NoneValue:
                text.Append("None");
                break;
            case UndefinedValue:
                text.Append("Undefined");
                break;
            case BoolValue:
                text.Append(value.IsTrue ? "True" : "False");
                break;
            case IntegerValue integer:
                run.Scan(integer.Number.GetBitLength());
                text.Append(integer.Number.ToString(CultureInfo.InvariantCulture));
                break;
            case FloatValue number:
                text.Append(Numbers.Write(number.Number));
                break;
            case StringValue quoted:
                Quote(quoted.Text, text);
                break;
            case ListValue list:
                text.Append(list.IsTuple ? '(' : '[');
                WriteAll(list.Elements, text, run, depth);
                text.Append(list.IsTuple ? list.Elements.Count == 1 ? ",)" : ")" : "]");
                break;
            case DictValue dict:
                text.Append('{');
                WritePairs(dict.Entries, text, run, depth);
                text.Append('}');
                break;
            case DictView view:
                text.Append(view.TypeName).Append("([");
                WriteAll(view.Elements, text, run, depth);
                text.Append("])");
                break;
            case RangeValue range:
                text.Append(CultureInfo.InvariantCulture, $"range({range.Start}, {range.Stop}{(range.Step == 1 ? "" : $", {range.Step}")})");
                break;
            case NamespaceValue attributes:
                text.Append("<Namespace {");
                WritePairs([.. attributes.Attributes.Select(a => KeyValuePair.Create<Value, Value>(new StringValue(a.Key), a.Value))], text, run, depth);
                text.Append("}>");
                break;
            default:
                // Python would print an address in memory here, which no template can want.
                throw run.Error($"a {value.TypeName} cannot be printed");
        }

        // Containers have counted their parts already; to count them again costs nothing that matters.
        run.Reserve(text.Length - start);
    }

    private static void WriteAll(IReadOnlyList<Value> elements, StringBuilder text, Rendering run, int depth)
    {
        for (var i = 0; i < elements.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Write(elements[i], text, run, depth + 1);
        }
    }

    private static void WritePairs(IReadOnlyList<KeyValuePair<Value, Value>> pairs, StringBuilder text, Rendering run, int depth)
    {
        for (var i = 0; i < pairs.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            Write(pairs[i].Key, text, run, depth + 1);
            text.Append(": ");
            Write(pairs[i].Value, text, run, depth + 1);
        }
    }

    // Single quotes, unless there are some inside and no double ones.
    private static void Quote(string content, StringBuilder text)
    {
        var quote = content.Contains('\'') && !content.Contains('"') ? '"' : '\'';
        text.Append(quote);
        for (var i = 0; i < content.Length; i++)
        {
            var c = content[i];
            var width = CodePoints.WidthAt(content, i);
            if (c == quote || c == '\\')
            {
                text.Append('\\').Append(c);
            }
            else if (c is '\n' or '\r' or '\t')
            {
                text.Append(c switch { '\n' => "\\n", '\r' => "\\r", _ => "\\t" });
            }
            else if (c == ' ' || IsPrintable(content, i))
            {
                text.Append(content, i, width);
            }
            else
            {
                var point = width == 2 ? char.ConvertToUtf32(c, content[i + 1]) : c;
                var (letter, digits) = point switch { < 0x100 => ('x', 2), < 0x10000 => ('u', 4), _ => ('U', 8) };
                text.Append('\\').Append(letter).Append(point.ToString("x" + digits, CultureInfo.InvariantCulture));
            }

            i += width - 1;
        }

        text.Append(quote);
    }

    private static bool IsPrintable(string text, int at) => CharUnicodeInfo.GetUnicodeCategory(text, at) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
