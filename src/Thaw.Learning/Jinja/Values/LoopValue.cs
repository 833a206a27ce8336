using System.Numerics;
using Thaw.Learning.Jinja.Python;

namespace Thaw.Learning.Jinja.Values;

/// <summary>The variable <c>loop</c>: where a loop stands. It looks ahead only when asked, since the condition of the loop may depend on its body.</summary>
/// <param name="count">How many items there are, or null where nobody knows yet.</param>
/// <param name="recurse">Runs the loop over other items and gives its text; null where the loop is not recursive.</param>
internal sealed class LoopValue(IEnumerable<Value> items, int? count, int depth, Func<Value, Rendering, Value>? recurse) : CallableValue
{
    private readonly Queue<Value> _ahead = [];
    private readonly IEnumerator<Value> _items = items.GetEnumerator();
    private int _index = -1;
    private int? _count = count;
    private Value? _previous;
    private Value? _changed;

    public override string TypeName => "LoopContext";

    /// <summary>The item of this turn.</summary>
    public Value Current { get; private set; } = NoneValue.Instance;

    public bool MoveNext(Rendering run)
    {
        if (!LookAhead(run))
        {
            return false;
        }

        _previous = _index < 0 ? null : Current;
        Current = _ahead.Dequeue();
        _index++;
        return true;
    }

    public Value? Attribute(string name, Rendering run) => name switch
    {
        "index" => Number(_index + 1),
        "index0" => Number(_index),
        "revindex" => Number(Length(run) - _index),
        "revindex0" => Number(Length(run) - _index - 1),
        "first" => BoolValue.Of(_index == 0),
        "last" => BoolValue.Of(!LookAhead(run)),
        "length" => Number(Length(run)),
        "depth" => Number(depth + 1),
        "depth0" => Number(depth),
        "previtem" => _previous ?? new UndefinedValue("there is no previous item"),
        "nextitem" => LookAhead(run) ? _ahead.Peek() : new UndefinedValue("there is no next item"),
        "cycle" => new FunctionValue("cycle", (arguments, call) => arguments.Positional is { Count: > 0 } values
            ? values[_index % values.Count]
            : throw call.Error("loop.cycle needs values")),
        "changed" => new FunctionValue("changed", (arguments, call) => BoolValue.Of(HasChanged(ListValue.Tuple([.. arguments.Positional]), call))),
        _ => null,
    };

    public override Value Call(Arguments arguments, Rendering run) => recurse is null
        ? throw run.Error("only a loop that is marked 'recursive' can be called")
        : recurse(arguments.Bind(run, "loop", 1, "iterable")[0]!, run);

    private static IntegerValue Number(int number) => new(new BigInteger(number));

    private bool LookAhead(Rendering run)
    {
        if (_ahead.Count > 0)
        {
            return true;
        }

        run.Step();
        if (!_items.MoveNext())
        {
            return false;
        }

        _ahead.Enqueue(_items.Current);
        return true;
    }

    private int Length(Rendering run)
    {
        if (_count is null)
        {
            while (_items.MoveNext())
            {
                run.Step();
                run.Reserve(Rendering.CharactersPerItem);
                _ahead.Enqueue(_items.Current);
            }

            _count = _index + 1 + _ahead.Count;
        }

        return _count.Value;
    }

    private bool HasChanged(ListValue value, Rendering run)
    {
        var hasChanged = _changed is null || !Comparison.AreEqual(_changed, value, run);
        _changed = value;
        return hasChanged;
    }
}
