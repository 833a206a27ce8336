namespace Thaw.Learning.Jinja.Syntax;

/// <summary><c>if</c>, <c>elif</c>, <c>else</c>. What is set inside stays set.</summary>
internal sealed class IfStatement(
    IReadOnlyList<(Expression Test, IReadOnlyList<Statement> Body)> branches, IReadOnlyList<Statement> otherwise, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        foreach (var (test, body) in branches)
        {
            if (test.Evaluate(scope, run).IsTrue)
            {
                return ExecuteAll(body, scope, run);
            }
        }

        return ExecuteAll(otherwise, scope, run);
    }
}
