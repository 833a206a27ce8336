namespace Thaw.Learning.Jinja.Syntax;

/// <summary><c>{% set a = value %}</c>.</summary>
internal sealed class SetStatement(Target target, Expression value, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        var computed = value.Evaluate(scope, run);
        target.Assign(computed, scope, run.At(Place));
        return Flow.Normal;
    }
}

/// <summary><c>{% set a %} text {% endset %}</c>, perhaps with filters behind the name.</summary>
/// <param name="filtered">The filters around a <see cref="BlockText"/>.</param>
internal sealed class SetBlockStatement(Target target, Expression filtered, IReadOnlyList<Statement> body, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        var flow = Flow.Normal;
        var text = run.Text(run.Capture(() => flow = ExecuteAll(body, new Scope(scope), run)));
        if (flow != Flow.Normal)
        {
            return flow;
        }

        target.Assign(filtered.Evaluate(BlockText.Bind(scope, text), run), scope, run.At(Place));
        return Flow.Normal;
    }
}

/// <summary><c>{% filter name %} text {% endfilter %}</c>.</summary>
/// <param name="filtered">The filters around a <see cref="BlockText"/>.</param>
internal sealed class FilterBlockStatement(Expression filtered, IReadOnlyList<Statement> body, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        var flow = Flow.Normal;
        var text = run.Text(run.Capture(() => flow = ExecuteAll(body, new Scope(scope), run)));
        if (flow != Flow.Normal)
        {
            return flow;
        }

        var result = filtered.Evaluate(BlockText.Bind(scope, text), run);
        run.Write(Python.Text.Of(result, run.At(Place)));
        return Flow.Normal;
    }
}

/// <summary><c>{% with a = value %} ... {% endwith %}</c>: variables for one block. The values see the outside, not each other.</summary>
internal sealed class WithStatement(IReadOnlyList<(Target Target, Expression Value)> variables, IReadOnlyList<Statement> body, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        var inner = new Scope(scope);
        var values = variables.Select(variable => variable.Value.Evaluate(scope, run)).ToList();
        foreach (var (variable, value) in variables.Zip(values))
        {
            variable.Target.Assign(value, inner, run.At(Place));
        }

        return ExecuteAll(body, inner, run);
    }
}

/// <summary><c>{% block name %}</c>: there is no inheritance here, so a block is its own content, seen from the top of the template.</summary>
/// <param name="isScoped">The content sees the variables around it, too.</param>
internal sealed class BlockStatement(IReadOnlyList<Statement> body, bool isScoped, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        ExecuteAll(body, new Scope(isScoped ? scope : scope.Root), run);
        return Flow.Normal;
    }
}

/// <summary><c>{% generation %}</c>: its content is what the assistant wrote.</summary>
internal sealed class GenerationStatement(IReadOnlyList<Statement> body, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        run.Mark(Place, () => ExecuteAll(body, new Scope(scope), run));
        return Flow.Normal;
    }
}
