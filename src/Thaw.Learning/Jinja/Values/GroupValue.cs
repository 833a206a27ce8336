namespace Thaw.Learning.Jinja.Values;

/// <summary>One group of <c>groupby</c>: a pair that can be taken apart or asked for <c>grouper</c> and <c>list</c>.</summary>
internal sealed class GroupValue(Value key, ListValue members) : Value
{
    public Value Key => key;

    public ListValue Members => members;

    public override string TypeName => "tuple";

    public override int? Count => 2;

    public override IEnumerable<Value> Items => [key, members];
}
