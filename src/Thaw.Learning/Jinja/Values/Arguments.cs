namespace Thaw.Learning.Jinja.Values;

/// <summary>What a call is given, in order and by name.</summary>
internal sealed record Arguments(IReadOnlyList<Value> Positional, IReadOnlyList<KeyValuePair<string, Value>> Named)
{
    public static readonly Arguments None = new([], []);

    public static Arguments Of(params Value[] positional) => new(positional, []);

    /// <summary>Everything behind the first <paramref name="count"/> positional ones.</summary>
    public Arguments Skip(int count) => this with { Positional = [.. Positional.Skip(count)] };

    /// <summary>The arguments in the order of <paramref name="parameters"/>; null for each that is missing.</summary>
    /// <param name="required">How many of them must be given.</param>
    /// <exception cref="JinjaException">Too many, too few, one twice, or one that is no parameter.</exception>
    public Value?[] Bind(Rendering run, string callee, int required, params ReadOnlySpan<string> parameters)
    {
        if (Positional.Count > parameters.Length)
        {
            throw run.Error($"{callee} takes at most {parameters.Length} arguments, not {Positional.Count}");
        }

        var bound = new Value?[parameters.Length];
        for (var i = 0; i < Positional.Count; i++)
        {
            bound[i] = Positional[i];
        }

        foreach (var (name, value) in Named)
        {
            var at = parameters.IndexOf(name);
            if (at < 0)
            {
                throw run.Error($"{callee} takes no argument '{name}'");
            }

            bound[at] = bound[at] is null ? value : throw run.Error($"{callee} is given '{name}' twice");
        }

        for (var i = 0; i < required; i++)
        {
            if (bound[i] is null)
            {
                throw run.Error($"{callee} needs an argument '{parameters[i]}'");
            }
        }

        return bound;
    }
}
