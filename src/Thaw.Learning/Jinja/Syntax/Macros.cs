using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>What a macro or a <c>call</c> block takes and does.</summary>
/// <param name="Name">"caller" for the body of a <c>call</c> block.</param>
/// <param name="UsesCaller">The body names <c>caller</c>; only then may one be given. So too for the other two.</param>
internal sealed record MacroDefinition(
    string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body,
    bool UsesCaller, bool UsesVarargs, bool UsesKwargs);

/// <summary><c>{% macro name(parameters) %}</c>.</summary>
internal sealed class MacroStatement(MacroDefinition definition, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        scope.Set(definition.Name, new MacroValue(definition, scope));
        return Flow.Normal;
    }
}

/// <summary><c>{% call macro(arguments) %} body {% endcall %}</c>: the macro writes the body where it calls <c>caller()</c>.</summary>
internal sealed class CallStatement(CallExpression call, MacroDefinition body, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        var result = call.Call(scope, run, new MacroValue(body, scope));
        run.Write(Python.Text.Of(result, run.At(Place)));
        return Flow.Normal;
    }
}
