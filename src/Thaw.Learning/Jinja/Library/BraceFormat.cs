using System.Globalization;
using System.Text;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary><c>'{} and {name}'.format(...)</c>, with members and conversions, without format specifications.</summary>
internal static class BraceFormat
{
    public static StringValue Apply(string format, Arguments arguments, Rendering run)
    {
        run.Scan(format.Length);
        var text = new StringBuilder();
        var next = 0;
        for (var at = 0; at < format.Length; at++)
        {
            var c = format[at];
            if (c is not ('{' or '}'))
            {
                text.Append(c);
            }
            else if (at + 1 < format.Length && format[at + 1] == c)
            {
                text.Append(c);
                at++;
            }
            else
            {
                var end = c == '{' ? format.IndexOf('}', at) : -1;
                var field = end > 0 ? format[(at + 1)..end] : throw run.Error($"a single '{c}' in a format");
                var piece = Field(field, ref next, arguments, run);
                run.Reserve(piece.Length);
                text.Append(piece);
                at = end;
            }
        }

        return run.Text(text.ToString());
    }

    private static string Field(string field, ref int next, Arguments arguments, Rendering run)
    {
        var conversion = field.IndexOf('!');
        var path = conversion < 0 ? field : field[..conversion];
        if (field.AsSpan().ContainsAny('{', ':'))
        {
            throw run.Error($"a format has '{{{field}}}'; format specifications are not supported");
        }

        var length = path.AsSpan().IndexOfAny('.', '[');
        var name = length < 0 ? path : path[..length];
        var value = Argument(name, ref next, arguments, run);
        foreach (var step in Steps(length < 0 ? "" : path[length..], run))
        {
            value = step.StartsWith('.') ? Members.Attribute(value, step[1..], run) : Members.Item(value, Key(step[1..^1]), run);
        }

        return conversion < 0 ? Text.Of(value, run) : field[conversion..] switch
        {
            "!r" => Text.Repr(value, run),
            "!s" => Text.Of(value, run),
            _ => throw run.Error($"a format has '{field[conversion..]}', which is not supported"),
        };
    }

    private static Value Argument(string name, ref int next, Arguments arguments, Rendering run)
    {
        if (name.Length > 0 && !char.IsAsciiDigit(name[0]))
        {
            return arguments.Named.Where(argument => argument.Key == name).Select(argument => argument.Value).FirstOrDefault()
                ?? throw run.Error($"a format names '{name}', which is not given");
        }

        var index = name.Length == 0 ? next++ : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
        return index < arguments.Positional.Count ? arguments.Positional[index] : throw run.Error("a format has more places than values");
    }

    // ".name" and "[key]", one after the other.
    private static IEnumerable<string> Steps(string path, Rendering run)
    {
        for (var at = 0; at < path.Length;)
        {
            var length = path[at] == '['
                ? path.IndexOf(']', at) - at + 1
                : path.AsSpan(at + 1).IndexOfAny('.', '[') is >= 0 and var more ? more + 1 : path.Length - at;
            yield return length > 1 ? path.Substring(at, length) : throw run.Error("a format has a broken name");
            at += length;
        }
    }

    private static Value Key(string key) => key.Length > 0 && key.All(char.IsAsciiDigit)
        ? new IntegerValue(System.Numerics.BigInteger.Parse(key, CultureInfo.InvariantCulture))
        : new StringValue(key);
}
