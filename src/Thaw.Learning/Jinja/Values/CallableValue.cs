namespace Thaw.Learning.Jinja.Values;

/// <summary>Something that a template can call.</summary>
internal abstract class CallableValue : Value
{
    public abstract Value Call(Arguments arguments, Rendering run);
}

/// <summary>A function of the interpreter, or a method bound to its object.</summary>
internal sealed class FunctionValue(string name, Func<Arguments, Rendering, Value> body) : CallableValue
{
    public string Name => name;

    public override string TypeName => "function";

    public override Value Call(Arguments arguments, Rendering run) => body(arguments, run);
}
