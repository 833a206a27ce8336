using System.Numerics;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary>The functions that every template can call.</summary>
internal static class GlobalFunctions
{
    /// <summary>As in Jinja's sandbox.</summary>
    private const int MaxRange = 100_000;

    public static IReadOnlyDictionary<string, Value> All { get; } = new Dictionary<string, Value>
    {
        ["range"] = new FunctionValue("range", Range),
        ["namespace"] = new FunctionValue("namespace", (arguments, run) => new NamespaceValue(Attributes("namespace", arguments, run))),
        ["dict"] = new FunctionValue("dict", (arguments, run) => new DictValue(
            Attributes("dict", arguments, run).Select(entry => KeyValuePair.Create<Value, Value>(new StringValue(entry.Key), entry.Value)))),
        ["joiner"] = new FunctionValue("joiner", Joiner),
        ["raise_exception"] = new FunctionValue("raise_exception", (arguments, run) =>
            throw run.Error(Text.Of(arguments.Bind(run, "raise_exception", 1, "message")[0]!, run), isRaisedByTemplate: true)),
        ["strftime_now"] = new FunctionValue("strftime_now", (arguments, run) =>
            arguments.Bind(run, "strftime_now", 1, "format")[0] is StringValue format
                ? run.Text(Strftime.Write(run.Clock.GetLocalNow().DateTime, format.Text))
                : throw run.Error("the format of strftime_now must be a text")),
    };

    private static RangeValue Range(Arguments arguments, Rendering run)
    {
        var bounds = arguments.Bind(run, "range", 1, "start", "stop", "step")
            .Select(bound => bound is null ? (BigInteger?)null
                : Numbers.IsWhole(bound, out var number) ? number
                : throw run.Error(bound is UndefinedValue undefined ? undefined.Cause : $"a {bound.TypeName} cannot bound a range"))
            .ToArray();
        var (start, stop, step) = bounds[1] is { } end ? (bounds[0]!.Value, end, bounds[2] ?? 1) : (BigInteger.Zero, bounds[0]!.Value, BigInteger.One);
        if (step.IsZero)
        {
            throw run.Error("the step of a range cannot be zero");
        }

        var span = step.Sign > 0 ? stop - start : start - stop;
        var count = span.Sign <= 0 ? BigInteger.Zero : ((span - 1) / BigInteger.Abs(step)) + 1;
        if (count > MaxRange || BigInteger.Abs(start) > long.MaxValue || BigInteger.Abs(stop) > long.MaxValue || BigInteger.Abs(step) > long.MaxValue)
        {
            throw run.Error($"a range of more than {MaxRange} numbers");
        }

        return new RangeValue((long)start, (long)stop, (long)step, (int)count);
    }

    // A dict, then names, which win.
    private static Dictionary<string, Value> Attributes(string callee, Arguments arguments, Rendering run)
    {
        var attributes = new Dictionary<string, Value>(StringComparer.Ordinal);
        if (arguments.Positional.Count > 1)
        {
            throw run.Error($"{callee} takes at most one argument by position");
        }

        if (arguments.Positional is [var given])
        {
            var source = given as DictValue ?? throw run.Error($"{callee} needs a dict, not {given.TypeName}");
            run.Step(source.Entries.Count);
            foreach (var (key, value) in source.Entries)
            {
                attributes[key is StringValue name ? name.Text : throw run.Error($"the keys of a {callee} must be texts")] = value;
            }
        }

        foreach (var (name, value) in arguments.Named)
        {
            attributes[name] = value;
        }

        return attributes;
    }

    // Nothing at its first call, the separator at every later one.
    private static FunctionValue Joiner(Arguments arguments, Rendering run)
    {
        var separator = arguments.Bind(run, "joiner", 0, "sep")[0] ?? new StringValue(", ");
        var isUsed = false;
        return new FunctionValue("joiner", (_, _) =>
        {
            var result = isUsed ? separator : StringValue.Empty;
            isUsed = true;
            return result;
        });
    }
}
