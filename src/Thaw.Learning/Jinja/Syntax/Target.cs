using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>What can stand left of an equals sign.</summary>
internal abstract class Target
{
    public abstract void Assign(Value value, Scope scope, Rendering run);
}

internal sealed class NameTarget(string name) : Target
{
    public string Name => name;

    public override void Assign(Value value, Scope scope, Rendering run) => scope.Set(name, value);
}

/// <summary><c>ns.name</c>, where <c>ns</c> is a namespace.</summary>
internal sealed class NamespaceTarget(string variable, string name) : Target
{
    public override void Assign(Value value, Scope scope, Rendering run)
    {
        if (scope.Find(variable) is not NamespaceValue owner)
        {
            throw run.Error($"'{variable}' is no namespace, so '{name}' cannot be set on it");
        }

        owner.Attributes[name] = value;
    }
}

/// <summary><c>a, b</c>: as many values as there are names.</summary>
internal sealed class TupleTarget(IReadOnlyList<Target> parts) : Target
{
    public override void Assign(Value value, Scope scope, Rendering run)
    {
        var items = value.Items ?? throw run.Error($"a {value.TypeName} cannot be taken apart into {parts.Count} values");
        var values = run.Collect(items.Take(parts.Count + 1));
        if (values.Count != parts.Count)
        {
            throw run.Error($"too {(values.Count < parts.Count ? "few" : "many")} values: {parts.Count} names are to be set");
        }

        for (var i = 0; i < parts.Count; i++)
        {
            parts[i].Assign(values[i], scope, run);
        }
    }
}
