using System.Text;
using System.Text.RegularExpressions;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;
using PythonText = Thaw.Learning.Jinja.Python.Text;

namespace Thaw.Learning.Jinja.Library;

/// <summary>Filters that give a text. They take any value for the text that it prints as.</summary>
internal static partial class TextFilters
{
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["string"] = new([], 0, (value, _, run) => value as StringValue ?? run.Text(PythonText.Of(value, run))),

        // Nothing is escaped here unless asked for, so there is nothing to mark as safe.
        ["safe"] = new([], 0, (value, _, run) => value as StringValue ?? run.Text(PythonText.Of(value, run))),
        ["upper"] = new([], 0, (value, _, run) => run.Text(LetterCase.Upper(Read(value, run)))),
        ["lower"] = new([], 0, (value, _, run) => run.Text(LetterCase.Lower(Read(value, run)))),
        ["capitalize"] = new([], 0, (value, _, run) => run.Text(LetterCase.Capitalize(Read(value, run)))),
        ["title"] = new([], 0, (value, _, run) => run.Text(Title(Read(value, run)))),
        ["trim"] = new(["chars"], 0, (value, a, run) => run.Text(StringMethods.Strip(Read(value, run), a[0], true, true, run))),
        ["replace"] = new(["old", "new", "count"], 2, (value, a, run) => Splitting.Replace(
            Read(value, run), Read(a[0]!, run), Read(a[1]!, run), a[2] is null or NoneValue ? -1 : Numbers.Small(a[2]!, "a count", run), run)),
        ["center"] = new(["width"], 0, (value, a, run) => Center(Read(value, run), a[0], run)),
        ["indent"] = new(["width", "first", "blank"], 0, (value, a, run) => value is StringValue text
            ? run.Text(Indent(Read(text, run), a, run))
            : throw run.Error(value is UndefinedValue undefined ? undefined.Cause : $"filter 'indent' needs a text, not {value.TypeName}")),
        ["truncate"] = new(["length", "killwords", "end", "leeway"], 0, (value, a, run) => run.Text(Truncate(Read(value, run), a, run))),
        ["wordcount"] = new([], 0, (value, _, run) => new IntegerValue(Words().Count(Read(value, run)))),
        ["escape"] = new([], 0, (value, _, run) => run.Text(Escape(Read(value, run)))),
        ["e"] = new([], 0, (value, _, run) => run.Text(Escape(Read(value, run)))),
        ["forceescape"] = new([], 0, (value, _, run) => run.Text(Escape(Read(value, run)))),
        ["tojson"] = new(["ensure_ascii", "indent", "separators", "sort_keys"], 0, (value, a, run) => run.Text(ToJson(value, a, run))),
    };

    /// <summary>The text of a value, counted as read.</summary>
    public static string Read(Value value, Rendering run)
    {
        var text = PythonText.Of(value, run);
        run.Scan(text.Length);
        return text;
    }

    private static StringValue Center(string text, Value? width, Rendering run) =>
        (StringValue)((FunctionValue)StringMethods.Find(new StringValue(text), "center")!).Call(Arguments.Of(width ?? new IntegerValue(80)), run);

    // Words begin behind white space, hyphens and opening brackets.
    private static string Title(string text) => string.Concat(WordStarts().Split(text)
        .Where(word => word.Length > 0)
        .Select(word => LetterCase.Upper(word[..CodePoints.WidthAt(word, 0)]) + LetterCase.Lower(word[CodePoints.WidthAt(word, 0)..])));

    private static string Indent(string text, Value?[] arguments, Rendering run)
    {
        var width = arguments[0] switch
        {
            null => "    ",
            StringValue given => given.Text,
            _ => Spaces(Numbers.Small(arguments[0]!, "a width", run), run),
        };
        var isBlankIndented = arguments[2]?.IsTrue ?? false;

        // A line break at the end begins a line, too, which splitlines does not see.
        var lines = Whitespace.Lines(text + "\n", keepEnds: false);
        run.Reserve((long)lines.Count * width.Length);
        var indented = isBlankIndented
            ? string.Join("\n" + width, lines)
            : lines[0] + string.Concat(lines.Skip(1).Select(line => "\n" + (line.Length > 0 ? width + line : line)));
        return (arguments[1]?.IsTrue ?? false ? width : "") + indented;
    }

    private static string Spaces(int count, Rendering run)
    {
        run.Reserve(Math.Max(0, count));
        return new string(' ', Math.Max(0, count));
    }

    private static string Truncate(string text, Value?[] arguments, Rendering run)
    {
        var length = arguments[0] is null ? 255 : Numbers.Small(arguments[0]!, "a length", run);
        var end = arguments[2] is null ? "..." : Read(arguments[2]!, run);
        var leeway = arguments[3] is null or NoneValue ? 5 : Numbers.Small(arguments[3]!, "a leeway", run);
        var room = length - CodePoints.Count(end);
        if (room < 0 || leeway < 0)
        {
            throw run.Error("filter 'truncate' needs a length that holds the end, and no negative leeway");
        }

        if (CodePoints.Count(text) <= (long)length + leeway)
        {
            return text;
        }

        var cut = CodePoints.Slice(text, 0, room);
        var space = arguments[1]?.IsTrue ?? false ? -1 : cut.LastIndexOf(' ');
        return (space < 0 ? cut : cut[..space]) + end;
    }

    private static string Escape(string text) => new StringBuilder(text)
        .Replace("&", "&amp;").Replace(">", "&gt;").Replace("<", "&lt;").Replace("'", "&#39;").Replace("\"", "&#34;").ToString();

    // As transformers defines it: letters beyond ASCII stay, nothing is escaped for HTML.
    private static string ToJson(Value value, Value?[] arguments, Rendering run)
    {
        var indent = arguments[1] switch
        {
            null or NoneValue => null,
            StringValue text => text.Text,
            _ => Spaces(Numbers.Small(arguments[1]!, "an indent", run), run),
        };
        var separators = arguments[2] switch
        {
            null or NoneValue => null,
            ListValue { Elements: [StringValue item, StringValue key] } => new[] { item.Text, key.Text },
            _ => throw run.Error("the separators of tojson must be two texts"),
        };
        var json = new JsonText(
            indent,
            separators?[0] ?? (indent is null ? ", " : ","),
            separators?[1] ?? ": ",
            escapesNonAscii: arguments[0]?.IsTrue ?? false,
            sortsKeys: arguments[3]?.IsTrue ?? false,
            run);
        return json.Write(value);
    }

    [GeneratedRegex(@"([-\s({\[<]+)", RegexOptions.CultureInvariant)]
    private static partial Regex WordStarts();

    [GeneratedRegex(@"\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
