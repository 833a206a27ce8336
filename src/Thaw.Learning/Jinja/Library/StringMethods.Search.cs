using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

internal static partial class StringMethods
{
    // The part that start and end leave; null where start lies behind the end of the text, where nothing is found, not even nothing.
    private static string? Window(string text, Value?[] arguments, Rendering run)
    {
        if (arguments[1] is null && arguments[2] is null)
        {
            return text;
        }

        var (start, end) = Bounds(text, arguments, run);
        return start > end ? null : CodePoints.Slice(text, start, end);
    }

    private static (int Start, int End) Bounds(string text, Value?[] arguments, Rendering run)
    {
        var count = CodePoints.Count(text);
        return (Clamp(arguments[1], 0), Math.Min(count, Clamp(arguments[2], count)));

        int Clamp(Value? bound, int otherwise)
        {
            var index = bound is null or NoneValue ? otherwise : Numbers.Small(bound, "an index", run);
            return index < 0 ? Math.Max(0, index + count) : index;
        }
    }

    private static int Find(string text, Value?[] arguments, bool isLast, Rendering run)
    {
        if (Window(text, arguments, run) is not { } window)
        {
            return -1;
        }

        var part = Of(arguments[0], run);
        var at = part.Length == 0 ? (isLast ? window.Length : 0)
            : isLast ? Splitting.LastIndexOf(window, part)
            : TextSearch.IndexOf(window, part, 0);
        return at < 0 ? -1 : CodePoints.Count(window[..at]) + Bounds(text, arguments, run).Start;
    }

    private static string? Separator(Value? separator, Rendering run) => separator is null or NoneValue ? null
        : Of(separator, run) is { Length: > 0 } text ? text
        : throw run.Error("a text cannot be split at nothing");

    private static int MaxSplit(Value? value, Rendering run) => value is null ? -1 : Numbers.Small(value, "a number of splits", run);

    private static StringValue Join(string separator, Value iterable, Rendering run)
    {
        var parts = run.Collect(iterable.Items ?? throw run.Error($"a {iterable.TypeName} cannot be joined"));
        run.Reserve((long)separator.Length * parts.Count);
        return run.Text(string.Join(separator, parts.Select(part => Of(part, run))));
    }

    private static StringValue Pad(string text, Value?[] arguments, Rendering run, Func<int, (int Left, int Right)> share)
    {
        var fill = arguments[1] is null ? " " : Of(arguments[1], run);
        if (CodePoints.Count(fill) != 1)
        {
            throw run.Error("what a text is filled with must be one character");
        }

        var padding = Math.Max(0, Numbers.Small(arguments[0]!, "a width", run) - CodePoints.Count(text));
        run.Reserve((long)padding * fill.Length);
        var (left, right) = share(padding);
        return run.Text(string.Concat(Enumerable.Repeat(fill, left)) + text + string.Concat(Enumerable.Repeat(fill, right)));
    }

    // Where the room is uneven, Python gives the left the larger half if the width is odd.
    private static StringValue Center(string text, Value?[] arguments, Rendering run)
    {
        var width = Numbers.Small(arguments[0]!, "a width", run);
        return Pad(text, arguments, run, padding => ((padding / 2) + (padding & width & 1), padding - (padding / 2) - (padding & width & 1)));
    }

    private static StringValue ZeroFill(string text, int width, Rendering run)
    {
        var padding = Math.Max(0, width - CodePoints.Count(text));
        run.Reserve(padding);
        var sign = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        return run.Text(text[..sign] + new string('0', padding) + text[sign..]);
    }
}
