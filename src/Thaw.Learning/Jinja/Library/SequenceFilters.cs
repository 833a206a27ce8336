using System.Numerics;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary>Filters that take sequences and keep their order.</summary>
internal static class SequenceFilters
{
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["length"] = new([], 0, (value, _, run) => Length(value, run)),
        ["count"] = new([], 0, (value, _, run) => Length(value, run)),
        ["list"] = new([], 0, (value, _, run) => new ListValue(run.Collect(FilterTable.Items(value, "list", run)))),
        ["items"] = new([], 0, (value, _, run) => value switch
        {
            UndefinedValue => new GeneratorValue([]),
            DictValue dict => new GeneratorValue(dict.Entries.Select(entry => ListValue.Tuple(entry.Key, entry.Value))),
            _ => throw run.Error($"filter 'items' needs a dict, not {value.TypeName}"),
        }),
        ["first"] = new([], 0, (value, _, run) => FilterTable.Items(value, "first", run).FirstOrDefault() ?? new UndefinedValue("there is no first item")),
        ["last"] = new([], 0, (value, _, run) => value is GeneratorValue
            ? throw run.Error("filter 'last' needs a sequence, not a generator; put 'list' before it")
            : run.Collect(FilterTable.Items(value, "last", run)).LastOrDefault() ?? new UndefinedValue("there is no last item")),
        ["reverse"] = new([], 0, (value, _, run) => value is StringValue text
            ? run.Text(string.Concat(CodePoints.Each(text.Text).Reverse()))
            : Reverse(run.Collect(FilterTable.Items(value, "reverse", run)), isList: value is GeneratorValue)),
        ["join"] = new(["d", "attribute"], 0, Join),
        ["sum"] = new(["attribute", "start"], 0, (value, a, run) => FilterTable.Items(value, "sum", run)
            .Select(item => a[0] is null or NoneValue ? item : Members.Path(item, a[0]!, null, run))
            .Aggregate(a[1] ?? new IntegerValue(0), (sum, item) =>
            {
                run.Step();
                return Arithmetic.Add(sum, item, run);
            })),
        ["batch"] = new(["linecount", "fill_with"], 1, Batch),
        ["slice"] = new(["slices", "fill_with"], 1, Slice),
    };

    private static IntegerValue Length(Value value, Rendering run) =>
        new(new BigInteger(value.Count ?? throw run.Error($"a {value.TypeName} has no length")));

    // What can be reversed in place gives a generator, what must be collected first a list.
    private static Value Reverse(List<Value> items, bool isList)
    {
        items.Reverse();
        return isList ? new ListValue(items) : new GeneratorValue(items);
    }

    private static StringValue Join(Value value, Value?[] arguments, Rendering run)
    {
        var separator = arguments[0] is null ? "" : TextFilters.Read(arguments[0]!, run);
        var items = run.Collect(FilterTable.Items(value, "join", run));
        var parts = items.ConvertAll(item => TextFilters.Read(arguments[1] is null or NoneValue ? item : Members.Path(item, arguments[1]!, null, run), run));
        run.Reserve((long)separator.Length * parts.Count);
        return run.Text(string.Join(separator, parts));
    }

    // Rows of so many items; the last one filled up, if there is something to fill with.
    private static GeneratorValue Batch(Value value, Value?[] arguments, Rendering run)
    {
        var size = Numbers.Small(arguments[0]!, "a number of items", run);
        var items = run.Collect(FilterTable.Items(value, "batch", run));
        if (size < 1)
        {
            throw run.Error("filter 'batch' needs rows of at least one item");
        }

        return new GeneratorValue(items.Chunk(size).Select(row => new ListValue([.. row, .. Filling(arguments[1], size - row.Length, run)])));
    }

    // So many columns; the first ones are longer by one where the items do not divide evenly, the others are filled up.
    private static GeneratorValue Slice(Value value, Value?[] arguments, Rendering run)
    {
        var columns = Numbers.Small(arguments[0]!, "a number of slices", run);
        var items = run.Collect(FilterTable.Items(value, "slice", run));
        if (columns < 1)
        {
            throw run.Error("filter 'slice' needs at least one slice");
        }

        run.Step(columns);
        var (shortest, longer) = (items.Count / columns, items.Count % columns);
        return new GeneratorValue(Enumerable.Range(0, columns).Select(column => new ListValue(
        [
            .. items.Skip((column * shortest) + Math.Min(column, longer)).Take(shortest + (column < longer ? 1 : 0)),
            .. Filling(arguments[1], column >= longer && longer > 0 ? 1 : 0, run),
        ])));
    }

    private static IEnumerable<Value> Filling(Value? fill, int count, Rendering run)
    {
        if (fill is null or NoneValue)
        {
            return [];
        }

        run.Step(count);
        return Enumerable.Repeat(fill, count);
    }
}
