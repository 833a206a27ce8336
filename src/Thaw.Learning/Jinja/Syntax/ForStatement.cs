using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary><c>for</c>, with a condition, an <c>else</c> and recursion. Every turn has variables of its own.</summary>
/// <param name="condition">Items for which it is false are left out before they are counted.</param>
/// <param name="otherwise">Runs where no turn came to its end, as in Jinja: a <c>continue</c> in every turn counts as none.</param>
/// <param name="isRecursive"><c>loop(items)</c> runs the loop again, one level deeper.</param>
internal sealed class ForStatement(
    Target target, Expression iterable, Expression? condition, IReadOnlyList<Statement> body, IReadOnlyList<Statement> otherwise,
    bool isRecursive, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run) => Run(iterable.Evaluate(scope, run), scope, run, depth: 0);

    private Flow Run(Value items, Scope scope, Rendering run, int depth)
    {
        run.At(Place);
        if (items.Items is null)
        {
            throw run.Error(items is CallableValue ? "a function has no items" : $"a {items.TypeName} has no items to loop over");
        }

        var loop = new LoopValue(
            condition is null ? items.Items : items.Items.Where(item => Accepts(item, scope, run)),
            condition is null ? items.Count : null,
            depth,
            isRecursive ? (inner, caller) => caller.Call(() => Run(inner, scope, caller, depth + 1)) : null);
        var isFinished = false;
        while (loop.MoveNext(run))
        {
            var turn = new Scope(scope);
            target.Assign(loop.Current, turn, run.At(Place));
            turn.Set("loop", loop);
            var flow = ExecuteAll(body, turn, run);
            if (flow == Flow.Break)
            {
                break;
            }

            isFinished |= flow == Flow.Normal;
        }

        // A jump in the else belongs to the loop outside.
        return isFinished ? Flow.Normal : ExecuteAll(otherwise, new Scope(scope), run);
    }

    private bool Accepts(Value item, Scope scope, Rendering run)
    {
        var candidate = new Scope(scope);
        target.Assign(item, candidate, run.At(Place));
        return condition!.Evaluate(candidate, run).IsTrue;
    }
}

/// <summary><c>{% break %}</c> or <c>{% continue %}</c>.</summary>
internal sealed class JumpStatement(Flow flow, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run) => flow;
}
