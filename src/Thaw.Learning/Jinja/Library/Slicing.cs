using System.Numerics;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary><c>value[start:stop:step]</c> of texts, lists, tuples and ranges.</summary>
internal static class Slicing
{
    public static Value Slice(Value value, Value? start, Value? stop, Value? step, Rendering run)
    {
        if (value is UndefinedValue undefined)
        {
            throw run.Error(undefined.Cause);
        }

        if (value is not (StringValue or ListValue or RangeValue))
        {
            throw run.Error($"a {value.TypeName} has no slices");
        }

        var by = Bound(step, run) ?? BigInteger.One;
        if (by.IsZero)
        {
            throw run.Error("the step of a slice cannot be zero");
        }

        var count = value.Count!.Value;
        var from = Clamp(Bound(start, run), by.Sign > 0 ? 0 : count - 1, count, by.Sign);
        var to = Clamp(Bound(stop, run), by.Sign > 0 ? count : -1, count, by.Sign);
        var stride = (int)BigInteger.Max(-int.MaxValue, BigInteger.Min(int.MaxValue, by));
        if (value is StringValue text && stride == 1)
        {
            run.Scan(text.Text.Length);
            return run.Text(CodePoints.Slice(text.Text, from, to));
        }

        var taken = new List<Value>();
        var elements = value is ListValue list ? list.Elements : run.Collect(value.Items!);
        for (long at = from; stride > 0 ? at < to : at > to; at += stride)
        {
            run.Step();
            taken.Add(elements[(int)at]);
        }

        return value switch
        {
            StringValue => run.Text(string.Concat(taken.Select(point => ((StringValue)point).Text))),
            ListValue { IsTuple: true } => ListValue.Tuple([.. taken]),
            _ => new ListValue(taken),
        };
    }

    private static BigInteger? Bound(Value? value, Rendering run) => value switch
    {
        null or NoneValue => null,
        _ when Numbers.IsWhole(value, out var number) => number,
        _ => throw run.Error(value is UndefinedValue undefined ? undefined.Cause : $"a {value.TypeName} cannot bound a slice"),
    };

    private static int Clamp(BigInteger? bound, int otherwise, int count, int direction)
    {
        if (bound is not { } index)
        {
            return otherwise;
        }

        index = index.Sign < 0 ? index + count : index;
        var (lowest, highest) = direction > 0 ? (0, count) : (-1, count - 1);
        return (int)BigInteger.Max(lowest, BigInteger.Min(highest, index));
    }
}
