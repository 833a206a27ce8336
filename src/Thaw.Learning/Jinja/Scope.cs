using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja;

/// <summary>The variables of a block; what is not found here is looked up outside. Setting never reaches outside.</summary>
internal sealed class Scope(Scope? parent)
{
    private Dictionary<string, Value>? _variables;

    /// <summary>Where the variables of the whole template live.</summary>
    public Scope Root => parent is { IsGlobal: false } ? parent.Root : this;

    /// <summary>The functions that every template has; the outermost scope.</summary>
    private bool IsGlobal => parent is null;

    public Value? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope._variables is { } variables && variables.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return null;
    }

    public void Set(string name, Value value) => (_variables ??= new(StringComparer.Ordinal))[name] = value;

    private Scope? Parent => parent;
}
