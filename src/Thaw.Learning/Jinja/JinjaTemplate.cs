using Thaw.Learning.Jinja.Library;
using Thaw.Learning.Jinja.Syntax;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja;

/// <summary>A template, read and ready to render: the part of Jinja 3.1 that published chat templates use, as <c>transformers</c> sets it up.</summary>
/// <remarks>
/// Nothing in a template can reach a file, a process or a type of .NET: values are the interpreter's own, functions are those of its tables.
/// Immutable; threads may share it.
/// </remarks>
internal sealed class JinjaTemplate
{
    private readonly IReadOnlyList<Statement> _body;

    private JinjaTemplate(string name, IReadOnlyList<Statement> body) => (Name, _body) = (name, body);

    public string Name { get; }

    /// <exception cref="JinjaException">The text is no template.</exception>
    public static JinjaTemplate Parse(string text, string name) => new(name, StatementParser.Parse(new Source(name, text)));

    /// <exception cref="JinjaException">The template fails, raises an exception of its own, or passes its limits.</exception>
    public Rendering Render(IEnumerable<KeyValuePair<string, Value>> variables, TimeProvider clock, JinjaLimits limits)
    {
        var run = new Rendering(Name, limits, clock);
        var globals = new Scope(null);
        foreach (var (name, function) in GlobalFunctions.All)
        {
            globals.Set(name, function);
        }

        var root = new Scope(globals);
        foreach (var (name, value) in variables)
        {
            root.Set(name, value);
        }

        Statement.ExecuteAll(_body, root, run);
        return run;
    }
}
