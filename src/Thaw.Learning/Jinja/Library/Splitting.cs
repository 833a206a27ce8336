using System.Text;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary>Texts taken apart at separators, and put together again with others.</summary>
internal static class Splitting
{
    public static ListValue List(IEnumerable<string> parts, Rendering run) => new(run.Collect(parts.Select(run.Text)));

    /// <param name="separator">Null for runs of white space, none of it at the ends.</param>
    /// <param name="most">How often to split; negative for always.</param>
    public static ListValue Split(string text, string? separator, int most, bool fromRight, Rendering run)
    {
        most = most < 0 ? int.MaxValue : most;
        return List(separator is null ? fromRight ? WordsFromRight(text, most) : Words(text, most)
            : fromRight ? PartsFromRight(text, separator, most) : Parts(text, separator, most), run);
    }

    public static ListValue Partition(string text, string separator, bool fromRight, Rendering run)
    {
        if (separator.Length == 0)
        {
            throw run.Error("a text cannot be split at nothing");
        }

        var at = fromRight ? LastIndexOf(text, separator) : TextSearch.IndexOf(text, separator, 0);
        var (before, mark, behind) = at >= 0 ? (text[..at], separator, text[(at + separator.Length)..])
            : fromRight ? ("", "", text) : (text, "", "");
        return ListValue.Tuple(run.Text(before), run.Text(mark), run.Text(behind));
    }

    /// <param name="most">How many to replace; negative for all.</param>
    public static StringValue Replace(string text, string old, string replacement, int most, Rendering run)
    {
        most = most < 0 ? int.MaxValue : most;
        var replaced = new StringBuilder();
        var end = 0;
        foreach (var at in (old.Length == 0 ? Boundaries(text) : TextSearch.All(text, old)).Take(most))
        {
            run.Reserve(replacement.Length + at - end);
            replaced.Append(text, end, at - end).Append(replacement);
            end = at + old.Length;
        }

        run.Reserve(text.Length - end);
        return new StringValue(replaced.Append(text, end, text.Length - end).ToString());
    }

    public static int LastIndexOf(string text, string part)
    {
        var at = TextSearch.IndexOf(Reversed(text), Reversed(part), 0);
        return at < 0 ? -1 : text.Length - at - part.Length;
    }

    private static string Reversed(string text) => string.Create(text.Length, text, (span, source) =>
    {
        source.CopyTo(span);
        span.Reverse();
    });

    // Before every character and behind the last one.
    private static IEnumerable<int> Boundaries(string text)
    {
        var at = 0;
        for (; at < text.Length; at += CodePoints.WidthAt(text, at))
        {
            yield return at;
        }

        yield return at;
    }

    private static IEnumerable<string> Parts(string text, string separator, int most)
    {
        var end = 0;
        foreach (var at in TextSearch.All(text, separator).Take(most))
        {
            yield return text[end..at];
            end = at + separator.Length;
        }

        yield return text[end..];
    }

    private static IEnumerable<string> PartsFromRight(string text, string separator, int most) =>
        Parts(Reversed(text), Reversed(separator), most).Reverse().Select(Reversed);

    private static IEnumerable<string> Words(string text, int most)
    {
        var at = Whitespace.CountAtStart(text);
        for (; at < text.Length && most > 0; most--)
        {
            var start = at;
            while (at < text.Length && !Whitespace.Is(text[at]))
            {
                at++;
            }

            yield return text[start..at];
            at += Whitespace.CountAtStart(text.AsSpan(at));
        }

        if (at < text.Length)
        {
            yield return text[at..];
        }
    }

    private static IEnumerable<string> WordsFromRight(string text, int most) => Words(Reversed(text), most).Reverse().Select(Reversed);
}
