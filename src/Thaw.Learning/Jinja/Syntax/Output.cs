using Thaw.Learning.Jinja.Python;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>Text of the template itself.</summary>
internal sealed class TextStatement(string text, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        run.Write(text);
        return Flow.Normal;
    }
}

/// <summary><c>{{ value }}</c>.</summary>
internal sealed class PrintStatement(Expression value, Place place) : Statement(place)
{
    protected override Flow Perform(Scope scope, Rendering run)
    {
        var printed = value.Evaluate(scope, run);
        run.Write(Text.Of(printed, run.At(Place)));
        return Flow.Normal;
    }
}
