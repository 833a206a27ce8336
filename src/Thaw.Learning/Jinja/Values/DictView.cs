namespace Thaw.Learning.Jinja.Values;

/// <summary>What <c>items()</c>, <c>keys()</c> and <c>values()</c> of a dict give: it can be looped over and counted, not indexed.</summary>
/// <param name="kind">"items", "keys" or "values".</param>
internal sealed class DictView(string kind, IReadOnlyList<Value> elements) : Value
{
    public IReadOnlyList<Value> Elements => elements;

    public override string TypeName => "dict_" + kind;

    public override bool IsTrue => elements.Count > 0;

    public override int? Count => elements.Count;

    public override IEnumerable<Value> Items => elements;
}
