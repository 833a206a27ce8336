using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

internal sealed class NameExpression(string name, Place place) : Expression(place)
{
    public string Name => name;

    protected override Value Compute(Scope scope, Rendering run) => scope.Find(name) ?? new UndefinedValue($"'{name}' is undefined");
}
