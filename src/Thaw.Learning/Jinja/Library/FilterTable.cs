using Thaw.Core.Text;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <param name="Body">Gets the value before the pipe and the arguments in the order of <paramref name="Parameters"/>, null for those that are missing.</param>
internal sealed record Filter(string[] Parameters, int Required, Func<Value, Value?[], Rendering, Value> Body);

/// <summary>All filters by name.</summary>
internal static class FilterTable
{
    private const int MaxShownName = 60;

    private static readonly Dictionary<string, Filter> s_filters = new IEnumerable<KeyValuePair<string, Filter>>[]
        { TextFilters.All, NumberFilters.All, SequenceFilters.All, OrderFilters.All }.SelectMany(filters => filters).ToDictionary();

    public static bool Has(string name) => s_filters.ContainsKey(name) || SelectionFilters.All.ContainsKey(name);

    public static Value Apply(string name, Value value, Arguments arguments, Rendering run)
    {
        if (SelectionFilters.All.TryGetValue(name, out var selection))
        {
            return selection(value, arguments, run);
        }

        if (s_filters.TryGetValue(name, out var filter))
        {
            return filter.Body(value, arguments.Bind(run, $"filter '{name}'", filter.Required, filter.Parameters), run);
        }

        throw Unknown("filter", name, s_filters.Keys.Concat(SelectionFilters.All.Keys), run);
    }

    /// <summary>A name that is not in a table, with the nearest one that is.</summary>
    public static JinjaException Unknown(string kind, string name, IEnumerable<string> known, Rendering run) =>
        run.Error(NearestName.Describe(kind, name.Length <= MaxShownName ? name : name[..MaxShownName] + "...", known));

    /// <summary>What a filter that needs items goes over.</summary>
    public static IEnumerable<Value> Items(Value value, string filter, Rendering run) =>
        value.Items ?? throw run.Error($"filter '{filter}' needs a sequence, not {value.TypeName}");
}
