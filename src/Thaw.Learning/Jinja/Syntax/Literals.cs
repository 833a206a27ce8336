using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

internal sealed class Literal(Value value, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run) => value;
}

internal sealed class ListLiteral(IReadOnlyList<Expression> elements, bool isTuple, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run) => new ListValue([.. elements.Select(element => element.Evaluate(scope, run))], isTuple);
}

internal sealed class DictLiteral(IReadOnlyList<(Expression Key, Expression Value)> entries, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var pairs = new List<KeyValuePair<Value, Value>>();
        foreach (var (key, value) in entries)
        {
            var name = key.Evaluate(scope, run);
            pairs.Add(KeyComparer.CanBeKey(name)
                ? KeyValuePair.Create(name, value.Evaluate(scope, run))
                : throw run.At(key.Place).Error($"a {name.TypeName} cannot be a key"));
        }

        return new DictValue(pairs);
    }
}
