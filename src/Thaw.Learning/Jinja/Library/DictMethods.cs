using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Library;

/// <summary>Methods of dicts. Those that would change one are there to say that they are refused, as in Jinja's immutable sandbox.</summary>
internal static class DictMethods
{
    public static Value? Find(DictValue dict, string name) => name switch
    {
        "get" => new FunctionValue(name, (arguments, run) =>
        {
            var bound = arguments.Bind(run, "get", 1, "key", "default");
            return KeyComparer.CanBeKey(bound[0]!) || bound[0] is UndefinedValue
                ? dict.Find(bound[0]!) ?? bound[1] ?? NoneValue.Instance
                : throw run.Error($"a {bound[0]!.TypeName} cannot be a key");
        }),
        "items" => View(dict, name, entry => ListValue.Tuple(entry.Key, entry.Value)),
        "keys" => View(dict, name, entry => entry.Key),
        "values" => View(dict, name, entry => entry.Value),
        "copy" => new FunctionValue(name, (arguments, run) =>
        {
            arguments.Bind(run, "copy", 0);
            return dict;
        }),
        "clear" or "pop" or "popitem" or "setdefault" or "update" => Refused("dict", name),
        _ => null,
    };

    /// <summary>A method that would change its object.</summary>
    public static FunctionValue Refused(string type, string name) =>
        new(name, (_, run) => throw run.Error($"'{name}' would change a {type}, which templates may not"));

    private static FunctionValue View(DictValue dict, string kind, Func<KeyValuePair<Value, Value>, Value> select) => new(kind, (arguments, run) =>
    {
        arguments.Bind(run, kind, 0);
        run.Step(dict.Entries.Count);
        return new DictView(kind, [.. dict.Entries.Select(select)]);
    });
}
