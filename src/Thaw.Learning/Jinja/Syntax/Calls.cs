using Thaw.Learning.Jinja.Library;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Jinja.Syntax;

/// <summary>The arguments of a call as they are written.</summary>
internal sealed record ArgumentList(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? More, Expression? MoreNamed)
{
    public static readonly ArgumentList None = new([], [], null, null);

    public Arguments Evaluate(Scope scope, Rendering run)
    {
        var positional = Positional.Select(value => value.Evaluate(scope, run)).ToList();
        var named = Named.Select(argument => KeyValuePair.Create(argument.Name, argument.Value.Evaluate(scope, run))).ToList();
        if (More?.Evaluate(scope, run) is { } list)
        {
            positional.AddRange(run.Collect(list.Items ?? throw run.Error($"a {list.TypeName} behind * has no items")));
        }

        if (MoreNamed?.Evaluate(scope, run) is { } names)
        {
            var dict = names as DictValue ?? throw run.Error($"a {names.TypeName} behind ** is no dict");
            run.Step(dict.Entries.Count);
            named.AddRange(dict.Entries.Select(entry => KeyValuePair.Create(
                entry.Key is StringValue name ? name.Text : throw run.Error("the keys behind ** must be texts"), entry.Value)));
        }

        return new Arguments(positional, named);
    }
}

/// <summary><c>callee(arguments)</c>.</summary>
internal sealed class CallExpression(Expression callee, ArgumentList arguments, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run) => Call(scope, run, caller: null);

    /// <param name="caller">What the body of a <c>call</c> block becomes, or null.</param>
    public Value Call(Scope scope, Rendering run, Value? caller)
    {
        var function = callee.Evaluate(scope, run);
        var given = arguments.Evaluate(scope, run);
        given = caller is null ? given : given with { Named = [.. given.Named, KeyValuePair.Create("caller", caller)] };
        run.At(Place);
        return function switch
        {
            CallableValue callable => callable.Call(given, run),
            UndefinedValue undefined => throw run.Error(undefined.Cause),
            _ => throw run.Error($"a {function.TypeName} cannot be called"),
        };
    }
}

/// <summary><c>value | name(arguments)</c>.</summary>
internal sealed class FilterExpression(Expression value, string name, ArgumentList arguments, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var input = value.Evaluate(scope, run);
        var given = arguments.Evaluate(scope, run);
        return FilterTable.Apply(name, input, given, run.At(Place));
    }
}

/// <summary><c>value is name(arguments)</c>.</summary>
internal sealed class TestExpression(Expression value, string name, ArgumentList arguments, Place place) : Expression(place)
{
    protected override Value Compute(Scope scope, Rendering run)
    {
        var input = value.Evaluate(scope, run);
        var given = arguments.Evaluate(scope, run);
        return BoolValue.Of(TestTable.Holds(name, input, given, run.At(Place)));
    }
}

/// <summary>What stands before the pipe of a <c>filter</c> or <c>set</c> block: the text of the block.</summary>
internal sealed class BlockText(Place place) : Expression(place)
{
    /// <summary>No template can spell this name, so it meets none of its variables.</summary>
    private const string Name = "block text";

    public static Scope Bind(Scope scope, StringValue text)
    {
        var inner = new Scope(scope);
        inner.Set(Name, text);
        return inner;
    }

    protected override Value Compute(Scope scope, Rendering run) => scope.Find(Name)!;
}
