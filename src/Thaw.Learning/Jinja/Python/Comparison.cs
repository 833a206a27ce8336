using System.Numerics;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Python;

/// <summary><c>==</c>, <c>&lt;</c> and <c>in</c>.</summary>
internal static class Comparison
{
    private const int MaxDepth = 200;

    public static bool AreEqual(Value left, Value right, Rendering run) => AreEqual(left, right, run, 0);

    /// <returns>Below, at or above zero; null where one of them is not a number.</returns>
    /// <exception cref="JinjaException">The two have no order.</exception>
    public static int? Compare(Value left, Value right, string symbol, Rendering run) => Compare(left, right, symbol, run, 0);

    public static bool Contains(Value container, Value item, Rendering run)
    {
        if (container is StringValue text)
        {
            run.Scan(text.Text.Length);
            return item is StringValue part
                ? TextSearch.IndexOf(text.Text, part.Text, 0) >= 0
                : throw run.Error($"'in' a text needs a text on its left, not {item.TypeName}");
        }

        if (container is DictValue dict)
        {
            run.Scan((item as StringValue)?.Text.Length ?? 0);
            return KeyComparer.CanBeKey(item) ? dict.Find(item) is not null
                : item is UndefinedValue ? false
                : throw run.Error($"a {item.TypeName} cannot be a key");
        }

        var items = container.Items ?? throw run.Error($"'in' cannot look into a value of type {container.TypeName}");
        foreach (var element in items)
        {
            run.Step();
            if (AreEqual(item, element, run))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AreEqual(Value left, Value right, Rendering run, int depth)
    {
        Descend(run, depth);
        return (left, right) switch
        {
            (StringValue a, StringValue b) => a.Text.Length == b.Text.Length && Scanned(a.Text, run) == b.Text,
            (UndefinedValue, UndefinedValue) => true,
            (ListValue a, ListValue b) => a.IsTuple == b.IsTuple && a.Elements.Count == b.Elements.Count
                && a.Elements.Zip(b.Elements).All(pair => AreEqual(pair.First, pair.Second, run, depth + 1)),
            (DictValue a, DictValue b) => a.Entries.Count == b.Entries.Count
                && a.Entries.All(entry => b.Find(entry.Key) is { } other && AreEqual(entry.Value, other, run, depth + 1)),
            (RangeValue a, RangeValue b) => a.Count == b.Count && (a.Count == 0 || (a.Start == b.Start && (a.Count == 1 || a.Step == b.Step))),
            _ when IsNumeric(left) && IsNumeric(right) => CompareNumbers(left, right) == 0,
            _ => ReferenceEquals(left, right),
        };
    }

    private static int? Compare(Value left, Value right, string symbol, Rendering run, int depth)
    {
        Descend(run, depth);
        return (left, right) switch
        {
            (StringValue a, StringValue b) => CodePoints.Compare(Scanned(a.Text, run), b.Text),
            (ListValue a, ListValue b) when a.IsTuple == b.IsTuple => CompareElements(a.Elements, b.Elements, symbol, run, depth),
            (UndefinedValue undefined, _) => throw run.Error(undefined.Cause),
            (_, UndefinedValue undefined) => throw run.Error(undefined.Cause),
            _ when IsNumeric(left) && IsNumeric(right) => CompareNumbers(left, right),
            _ => throw run.Error($"'{symbol}' is not supported between {left.TypeName} and {right.TypeName}"),
        };
    }

    // As Python: the first pair that is not equal decides.
    private static int? CompareElements(IReadOnlyList<Value> left, IReadOnlyList<Value> right, string symbol, Rendering run, int depth)
    {
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (!AreEqual(left[i], right[i], run, depth + 1))
            {
                return Compare(left[i], right[i], symbol, run, depth + 1);
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    private static bool IsNumeric(Value value) => value is IntegerValue or FloatValue or BoolValue;

    private static int? CompareNumbers(Value left, Value right)
    {
        if (Numbers.IsWhole(left, out var a) && Numbers.IsWhole(right, out var b))
        {
            return a.CompareTo(b);
        }

        _ = Numbers.IsNumber(left, out var x);
        _ = Numbers.IsNumber(right, out var y);
        return double.IsNaN(x) || double.IsNaN(y) ? null
            : double.IsInteger(x) && double.IsInteger(y) ? Whole(left, x).CompareTo(Whole(right, y))
            : x.CompareTo(y);
    }

    private static BigInteger Whole(Value value, double number) => Numbers.IsWhole(value, out var whole) ? whole : new BigInteger(number);

    private static string Scanned(string text, Rendering run)
    {
        run.Scan(text.Length);
        return text;
    }

    private static void Descend(Rendering run, int depth)
    {
        run.Step();
        if (depth > MaxDepth)
        {
            throw run.Error($"values that are nested more than {MaxDepth} deep cannot be compared");
        }
    }
}
