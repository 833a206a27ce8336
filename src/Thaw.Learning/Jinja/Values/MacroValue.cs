using Thaw.Learning.Jinja.Syntax;

namespace Thaw.Learning.Jinja.Values;

/// <summary>A macro with the variables around its definition.</summary>
internal sealed class MacroValue(MacroDefinition definition, Scope outer) : CallableValue
{
    public MacroDefinition Definition => definition;

    public override string TypeName => "Macro";

    /// <returns>The text that the body writes.</returns>
    public override Value Call(Arguments arguments, Rendering run)
    {
        var scope = new Scope(outer);
        Bind(arguments, scope, run);
        return run.Call(() => Statement.ExecuteAll(definition.Body, scope, run));
    }

    // As Macro.__call__ and the generated prologue of Jinja: parameters, then caller, kwargs and varargs where the body names them.
    private void Bind(Arguments arguments, Scope scope, Rendering run)
    {
        var parameters = definition.Parameters;
        var named = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, value) in arguments.Named)
        {
            named[name] = named.ContainsKey(name) ? throw run.Error($"macro '{definition.Name}' is given '{name}' twice") : value;
        }

        for (var i = 0; i < parameters.Count; i++)
        {
            var (name, otherwise) = parameters[i];
            scope.Set(name, i < arguments.Positional.Count ? arguments.Positional[i]
                : named.Remove(name, out var value) ? value
                : otherwise?.Evaluate(scope, run)
                ?? new UndefinedValue($"parameter '{name}' was not provided"));
        }

        var takesCaller = parameters.Any(parameter => parameter.Name == "caller");
        if (definition.UsesCaller && !takesCaller)
        {
            scope.Set("caller", named.Remove("caller", out var caller) ? caller : new UndefinedValue("No caller defined"));
        }

        if (definition.UsesKwargs)
        {
            scope.Set("kwargs", new DictValue(named.Select(entry => KeyValuePair.Create<Value, Value>(new StringValue(entry.Key), entry.Value))));
        }
        else if (named.Count > 0)
        {
            throw run.Error($"macro '{definition.Name}' takes no argument '{named.Keys.First()}'");
        }

        var more = arguments.Positional.Skip(parameters.Count).ToArray();
        if (definition.UsesVarargs)
        {
            scope.Set("varargs", ListValue.Tuple(more));
        }
        else if (more.Length > 0)
        {
            throw run.Error($"macro '{definition.Name}' takes at most {parameters.Count} arguments, not {arguments.Positional.Count}");
        }
    }
}
