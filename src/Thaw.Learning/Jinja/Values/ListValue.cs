namespace Thaw.Learning.Jinja.Values;

/// <summary>A list or a tuple; they differ only in how they print and what they equal.</summary>
internal sealed class ListValue(IReadOnlyList<Value> elements, bool isTuple = false) : Value
{
    public IReadOnlyList<Value> Elements => elements;

    public bool IsTuple => isTuple;

    public override string TypeName => isTuple ? "tuple" : "list";

    public override bool IsTrue => elements.Count > 0;

    public override int? Count => elements.Count;

    public override IEnumerable<Value> Items => elements;

    public static ListValue Tuple(params Value[] elements) => new(elements, isTuple: true);
}
