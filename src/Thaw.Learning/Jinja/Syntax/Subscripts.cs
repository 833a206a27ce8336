using Thaw.Learning.Jinja.Library;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary><c>target.name</c>.</summary>
internal sealed class AttributeExpression(Expression target, string name, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var value = target.Evaluate(scope, run);
        return Members.Attribute(value, name, run.At(Place));
    }
}

/// <summary><c>target[key]</c>.</summary>
internal sealed class ItemExpression(Expression target, Expression key, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var (value, index) = (target.Evaluate(scope, run), key.Evaluate(scope, run));
        return Members.Item(value, index, run.At(Place));
    }
}

/// <summary><c>target[start:stop:step]</c>.</summary>
internal sealed class SliceExpression(Expression target, Expression? start, Expression? stop, Expression? step, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var value = target.Evaluate(scope, run);
        var (from, to, by) = (start?.Evaluate(scope, run), stop?.Evaluate(scope, run), step?.Evaluate(scope, run));
        return Slicing.Slice(value, from, to, by, run.At(Place));
    }
}
