using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>Something in a template that has a value.</summary>
internal abstract class Expression(Place place)
{
    /// <summary>Where it is blamed for a failure: the operator, the name.</summary>
    public Place Place => place;

    public Value Evaluate(Scope scope, Rendering run)
    {
        run.At(place).Step();
        return Compute(scope, run);
    }

    protected abstract Value Compute(Scope scope, Rendering run);
}
