using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary>Filters that sort, group and pick by order. Texts are compared without regard to case unless asked otherwise.</summary>
internal static class OrderFilters
{
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["sort"] = new(["reverse", "case_sensitive", "attribute"], 0, (value, a, run) =>
        {
            var keys = FilterTable.Items(value, "sort", run).Select(item => (Item: item, Key: SortKey(item, a[2], IsTrue(a[1]), run)));
            return new ListValue(Sorted(keys, IsTrue(a[0]), run).ConvertAll(pair => pair.Item));
        }),
        ["dictsort"] = new(["case_sensitive", "by", "reverse"], 0, DictSort),
        ["min"] = new(["case_sensitive", "attribute"], 0, (value, a, run) => Extreme(value, "min", a, -1, run)),
        ["max"] = new(["case_sensitive", "attribute"], 0, (value, a, run) => Extreme(value, "max", a, 1, run)),
        ["unique"] = new(["case_sensitive", "attribute"], 0, (value, a, run) => new GeneratorValue(Unique(value, a, run))),
        ["groupby"] = new(["attribute", "default", "case_sensitive"], 1, GroupBy),
    };

    private static bool IsTrue(Value? flag) => flag?.IsTrue ?? false;

    private static Value Key(Value item, Value? path, Value? otherwise, bool isCaseSensitive, Rendering run)
    {
        var key = path is null or NoneValue ? item : Members.Path(item, path, otherwise, run);
        return key is StringValue text && !isCaseSensitive ? run.Text(LetterCase.Lower(text.Text)) : key;
    }

    // sort takes several attributes, with commas between them.
    private static ListValue SortKey(Value item, Value? attributes, bool isCaseSensitive, Rendering run) => attributes is StringValue text
        ? new ListValue([.. text.Text.Split(',').Select(path => Key(item, new StringValue(path), null, isCaseSensitive, run))])
        : new ListValue([Key(item, attributes, null, isCaseSensitive, run)]);

    private static List<(T Item, ListValue Key)> Sorted<T>(IEnumerable<(T Item, ListValue Key)> pairs, bool isReversed, Rendering run)
    {
        var list = new List<(T Item, ListValue Key)>();
        foreach (var pair in pairs)
        {
            run.Step();
            list.Add(pair);
        }

        return Ordering.Sort(list, (a, b) => Comparison.Compare(a.Key, b.Key, "<", run), isReversed);
    }

    private static ListValue DictSort(Value value, Value?[] arguments, Rendering run)
    {
        var dict = value as DictValue ?? throw run.Error(value is UndefinedValue undefined ? undefined.Cause : $"filter 'dictsort' needs a dict, not {value.TypeName}");
        var byValue = arguments[1] switch
        {
            null or StringValue { Text: "key" } => false,
            StringValue { Text: "value" } => true,
            _ => throw run.Error("filter 'dictsort' sorts by 'key' or by 'value'"),
        };
        var pairs = dict.Entries.Select(entry =>
            (Item: (Value)ListValue.Tuple(entry.Key, entry.Value), Key: SortKey(byValue ? entry.Value : entry.Key, null, IsTrue(arguments[0]), run)));
        return new ListValue(Sorted(pairs, IsTrue(arguments[2]), run).ConvertAll(pair => pair.Item));
    }

    private static Value Extreme(Value value, string filter, Value?[] arguments, int sign, Rendering run)
    {
        (Value Item, Value Key)? best = null;
        foreach (var item in FilterTable.Items(value, filter, run))
        {
            run.Step();
            var key = Key(item, arguments[1], null, IsTrue(arguments[0]), run);
            if (best is null || Comparison.Compare(key, best.Value.Key, sign < 0 ? "<" : ">", run) * sign > 0)
            {
                best = (item, key);
            }
        }

        return best?.Item ?? new UndefinedValue("No aggregated item, sequence was empty.");
    }

    private static IEnumerable<Value> Unique(Value value, Value?[] arguments, Rendering run)
    {
        var seen = new HashSet<Value>(KeyComparer.Instance);
        foreach (var item in FilterTable.Items(value, "unique", run))
        {
            run.Step();
            var key = Key(item, arguments[1], null, IsTrue(arguments[0]), run);
            if (!KeyComparer.CanBeKey(key))
            {
                throw run.Error($"filter 'unique' cannot tell values of type {key.TypeName} apart");
            }

            run.Scan((key as StringValue)?.Text.Length ?? 0);
            if (seen.Add(key))
            {
                yield return item;
            }
        }
    }

    private static ListValue GroupBy(Value value, Value?[] arguments, Rendering run)
    {
        var isCaseSensitive = IsTrue(arguments[2]);
        var pairs = FilterTable.Items(value, "groupby", run)
            .Select(item => (Item: item, Key: new ListValue([Key(item, arguments[0]!, arguments[1], isCaseSensitive, run)])));
        var groups = new List<(ListValue Key, List<Value> Members)>();
        foreach (var (item, key) in Sorted(pairs, isReversed: false, run))
        {
            if (groups.Count == 0 || !Comparison.AreEqual(groups[^1].Key, key, run))
            {
                groups.Add((key, []));
            }

            groups[^1].Members.Add(item);
        }

        // Without regard to case the key is the first member's own, as it is spelled there.
        return new ListValue(groups.ConvertAll(Value (group) => new GroupValue(
            Key(group.Members[0], arguments[0]!, arguments[1], isCaseSensitive: true, run), new ListValue(group.Members))));
    }
}
