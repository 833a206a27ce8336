using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary>Filters that take the name of a test or filter and its arguments: <c>map</c>, <c>select</c> and their kin; and <c>format</c>.</summary>
internal static class SelectionFilters
{
    public static IReadOnlyDictionary<string, Func<Value, Arguments, Rendering, Value>> All { get; } =
        new Dictionary<string, Func<Value, Arguments, Rendering, Value>>
        {
            ["map"] = Map,
            ["select"] = (value, arguments, run) => Select("select", value, arguments, byAttribute: false, keeps: true, run),
            ["reject"] = (value, arguments, run) => Select("reject", value, arguments, byAttribute: false, keeps: false, run),
            ["selectattr"] = (value, arguments, run) => Select("selectattr", value, arguments, byAttribute: true, keeps: true, run),
            ["rejectattr"] = (value, arguments, run) => Select("rejectattr", value, arguments, byAttribute: true, keeps: false, run),
            ["format"] = (value, arguments, run) => Python.PrintfFormat.Apply(
                TextFilters.Read(value, run),
                arguments.Named.Count == 0 ? ListValue.Tuple([.. arguments.Positional])
                    : arguments.Positional.Count > 0 ? throw run.Error("filter 'format' takes values by position or by name, not both")
                    : new DictValue(arguments.Named.Select(entry => KeyValuePair.Create<Value, Value>(new StringValue(entry.Key), entry.Value))),
                run),
        };

    private static GeneratorValue Map(Value value, Arguments arguments, Rendering run)
    {
        var items = FilterTable.Items(value, "map", run);
        if (arguments.Positional.Count == 0)
        {
            var bound = arguments.Bind(run, "filter 'map'", 0, "attribute", "default");
            var path = bound[0] ?? throw run.Error("filter 'map' needs the name of a filter, or attribute=");
            return Lazily(items, run, item => Members.Path(item, path, bound[1], run));
        }

        var name = Name(arguments, "map", run);
        var rest = arguments.Skip(1);
        return Lazily(items, run, item => FilterTable.Apply(name, item, rest, run));
    }

    private static GeneratorValue Select(string filter, Value value, Arguments arguments, bool byAttribute, bool keeps, Rendering run)
    {
        var items = FilterTable.Items(value, filter, run);
        if (byAttribute && arguments.Positional.Count == 0)
        {
            throw run.Error($"filter '{filter}' needs the name of an attribute");
        }

        var path = byAttribute ? arguments.Positional[0] : null;
        arguments = byAttribute ? arguments.Skip(1) : arguments;
        var test = arguments.Positional.Count == 0 ? null : Name(arguments, filter, run);
        var rest = arguments.Skip(1);
        return new GeneratorValue(items.Where(item =>
        {
            run.Step();
            var subject = path is null ? item : Members.Path(item, path, null, run);
            return (test is null ? subject.IsTrue : TestTable.Holds(test, subject, rest, run)) == keeps;
        }));
    }

    private static string Name(Arguments arguments, string filter, Rendering run) => arguments.Positional[0] is StringValue name
        ? name.Text
        : throw run.Error($"filter '{filter}' needs a name, not {arguments.Positional[0].TypeName}");

    private static GeneratorValue Lazily(IEnumerable<Value> items, Rendering run, Func<Value, Value> apply) => new(items.Select(item =>
    {
        run.Step();
        return apply(item);
    }));
}
