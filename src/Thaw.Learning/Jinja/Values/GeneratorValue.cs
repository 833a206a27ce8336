namespace Thaw.Learning.Jinja.Values;

/// <summary>What filters like <c>map</c> and <c>select</c> give: items that can be gone over once, without length or index.</summary>
internal sealed class GeneratorValue(IEnumerable<Value> items) : Value
{
    private readonly IEnumerator<Value> _items = items.GetEnumerator();

    public override string TypeName => "generator";

    public override IEnumerable<Value> Items
    {
        get
        {
            while (_items.MoveNext())
            {
                yield return _items.Current;
            }
        }
    }
}
