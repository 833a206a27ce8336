using System.Globalization;
using System.Numerics;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary>Methods of texts, as Python's <c>str</c> has them.</summary>
internal static partial class StringMethods
{
    private delegate Value Method(string text, Value?[] arguments, Rendering run);

    private static readonly Dictionary<string, (string[] Parameters, int Required, Method Body)> s_methods = new()
    {
        ["strip"] = (["chars"], 0, (text, a, run) => run.Text(Strip(text, a[0], true, true, run))),
        ["lstrip"] = (["chars"], 0, (text, a, run) => run.Text(Strip(text, a[0], true, false, run))),
        ["rstrip"] = (["chars"], 0, (text, a, run) => run.Text(Strip(text, a[0], false, true, run))),
        ["removeprefix"] = (["prefix"], 1, (text, a, run) => run.Text(Of(a[0], run) is var part && text.StartsWith(part, StringComparison.Ordinal) ? text[part.Length..] : text)),
        ["removesuffix"] = (["suffix"], 1, (text, a, run) => run.Text(Of(a[0], run) is var part && text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : text)),
        ["upper"] = ([], 0, (text, _, run) => run.Text(LetterCase.Upper(text))),
        ["lower"] = ([], 0, (text, _, run) => run.Text(LetterCase.Lower(text))),
        ["casefold"] = ([], 0, (text, _, run) => run.Text(LetterCase.Lower(LetterCase.Upper(text)))),
        ["capitalize"] = ([], 0, (text, _, run) => run.Text(LetterCase.Capitalize(text))),
        ["title"] = ([], 0, (text, _, run) => run.Text(LetterCase.TitleWords(text))),
        ["swapcase"] = ([], 0, (text, _, run) => run.Text(string.Concat(CodePoints.Each(text).Select(point => LetterCase.IsUpper(point) ? LetterCase.Lower(point) : LetterCase.Upper(point))))),
        ["startswith"] = (["prefix", "start", "end"], 1, (text, a, run) => BoolValue.Of(Any(a[0]!, "startswith", run, part => Window(text, a, run) is { } window && window.StartsWith(part, StringComparison.Ordinal)))),
        ["endswith"] = (["suffix", "start", "end"], 1, (text, a, run) => BoolValue.Of(Any(a[0]!, "endswith", run, part => Window(text, a, run) is { } window && window.EndsWith(part, StringComparison.Ordinal)))),
        ["find"] = (["sub", "start", "end"], 1, (text, a, run) => Number(Find(text, a, isLast: false, run))),
        ["rfind"] = (["sub", "start", "end"], 1, (text, a, run) => Number(Find(text, a, isLast: true, run))),
        ["index"] = (["sub", "start", "end"], 1, (text, a, run) => Number(Find(text, a, isLast: false, run) is >= 0 and var at ? at : throw run.Error("the text to find is not there"))),
        ["rindex"] = (["sub", "start", "end"], 1, (text, a, run) => Number(Find(text, a, isLast: true, run) is >= 0 and var at ? at : throw run.Error("the text to find is not there"))),
        ["count"] = (["sub", "start", "end"], 1, (text, a, run) => Number(Window(text, a, run) is not { } window ? 0
            : Of(a[0], run) is { Length: > 0 } part ? TextSearch.All(window, part).Count() : CodePoints.Count(window) + 1)),
        ["replace"] = (["old", "new", "count"], 2, (text, a, run) => Splitting.Replace(text, Of(a[0], run), Of(a[1], run), a[2] is null ? -1 : Numbers.Small(a[2]!, "a count", run), run)),
        ["split"] = (["sep", "maxsplit"], 0, (text, a, run) => Splitting.Split(text, Separator(a[0], run), MaxSplit(a[1], run), fromRight: false, run)),
        ["rsplit"] = (["sep", "maxsplit"], 0, (text, a, run) => Splitting.Split(text, Separator(a[0], run), MaxSplit(a[1], run), fromRight: true, run)),
        ["splitlines"] = (["keepends"], 0, (text, a, run) => Splitting.List(Whitespace.Lines(text, a[0]?.IsTrue ?? false), run)),
        ["partition"] = (["sep"], 1, (text, a, run) => Splitting.Partition(text, Of(a[0], run), fromRight: false, run)),
        ["rpartition"] = (["sep"], 1, (text, a, run) => Splitting.Partition(text, Of(a[0], run), fromRight: true, run)),
        ["join"] = (["iterable"], 1, (text, a, run) => Join(text, a[0]!, run)),
        ["ljust"] = (["width", "fillchar"], 1, (text, a, run) => Pad(text, a, run, padding => (0, padding))),
        ["rjust"] = (["width", "fillchar"], 1, (text, a, run) => Pad(text, a, run, padding => (padding, 0))),
        ["center"] = (["width", "fillchar"], 1, (text, a, run) => Center(text, a, run)),
        ["zfill"] = (["width"], 1, (text, a, run) => ZeroFill(text, Numbers.Small(a[0]!, "a width", run), run)),
        ["isdigit"] = ([], 0, (text, _, _) => All(text, point => char.IsDigit(point, 0) || CharUnicodeInfo.GetDigitValue(point, 0) >= 0)),
        ["isdecimal"] = ([], 0, (text, _, _) => All(text, point => char.IsDigit(point, 0))),
        ["isnumeric"] = ([], 0, (text, _, _) => All(text, point => CharUnicodeInfo.GetNumericValue(point, 0) >= 0)),
        ["isalpha"] = ([], 0, (text, _, _) => All(text, point => char.IsLetter(point, 0))),
        ["isalnum"] = ([], 0, (text, _, _) => All(text, point => char.IsLetter(point, 0) || CharUnicodeInfo.GetNumericValue(point, 0) >= 0)),
        ["isspace"] = ([], 0, (text, _, _) => All(text, point => Whitespace.Is(point[0]))),
        ["isascii"] = ([], 0, (text, _, _) => BoolValue.Of(System.Text.Ascii.IsValid(text))),
        ["isupper"] = ([], 0, (text, _, _) => BoolValue.Of(LetterCase.IsUpper(text))),
        ["islower"] = ([], 0, (text, _, _) => BoolValue.Of(LetterCase.IsLower(text))),
    };

    public static Value? Find(StringValue text, string name) => name == "format"
        ? new FunctionValue(name, (arguments, run) => BraceFormat.Apply(text.Text, arguments, run))
        : s_methods.TryGetValue(name, out var method)
            ? new FunctionValue(name, (arguments, run) =>
            {
                // Every method reads the text at least once.
                run.Scan(text.Text.Length);
                return method.Body(text.Text, arguments.Bind(run, name, method.Required, method.Parameters), run);
            })
            : null;

    /// <param name="chars">The characters to strip, a set and no word; None or missing for white space.</param>
    public static string Strip(string text, Value? chars, bool atStart, bool atEnd, Rendering run)
    {
        var set = chars is null or NoneValue ? null : new HashSet<string>(CodePoints.Each(Of(chars, run)));
        var (start, end) = (0, text.Length);
        while (atStart && start < end)
        {
            var width = CodePoints.WidthAt(text, start);
            if (!(set?.Contains(text.Substring(start, width)) ?? Whitespace.Is(text[start])))
            {
                break;
            }

            start += width;
        }

        while (atEnd && end > start)
        {
            var width = end - 2 >= start && CodePoints.WidthAt(text, end - 2) == 2 ? 2 : 1;
            if (!(set?.Contains(text.Substring(end - width, width)) ?? Whitespace.Is(text[end - 1])))
            {
                break;
            }

            end -= width;
        }

        return text[start..end];
    }

    private static string Of(Value? value, Rendering run) => value is StringValue text ? text.Text
        : throw run.Error(value is UndefinedValue undefined ? undefined.Cause : $"a text is needed, not {value!.TypeName}");

    private static IntegerValue Number(int number) => new(new BigInteger(number));

    private static BoolValue All(string text, Func<string, bool> holds) => BoolValue.Of(text.Length > 0 && CodePoints.Each(text).All(holds));

    private static bool Any(Value parts, string callee, Rendering run, Func<string, bool> holds) => parts switch
    {
        StringValue part => holds(part.Text),
        ListValue { IsTuple: true } tuple => tuple.Elements.Any(part => holds(Of(part, run))),
        _ => throw run.Error(parts is UndefinedValue undefined ? undefined.Cause : $"{callee} needs a text or a tuple of texts, not {parts.TypeName}"),
    };
}
