namespace Thaw.Learning.Jinja.Syntax;

/// <summary>How a statement ended: as usual, or by leaving its loop or the loop's turn.</summary>
internal enum Flow
{
    Normal,
    Continue,
    Break,
}

/// <summary>Something in a template that writes, sets or repeats.</summary>
internal abstract class Statement(Place place)
{
    public Place Place => place;

    public Flow Execute(Scope scope, Rendering run)
    {
        run.At(place).Step();
        return Perform(scope, run);
    }

    public static Flow ExecuteAll(IReadOnlyList<Statement> body, Scope scope, Rendering run)
    {
        foreach (var statement in body)
        {
            if (statement.Execute(scope, run) is not Flow.Normal and var flow)
            {
                return flow;
            }
        }

        return Flow.Normal;
    }

    protected abstract Flow Perform(Scope scope, Rendering run);
}
