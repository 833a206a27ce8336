namespace Thaw.Learning.Jinja.Values;

/// <summary>The one thing a template can change: <c>{% set ns.key = value %}</c>.</summary>
internal sealed class NamespaceValue(IEnumerable<KeyValuePair<string, Value>> attributes) : Value
{
    public Dictionary<string, Value> Attributes { get; } = new(attributes, StringComparer.Ordinal);

    public override string TypeName => "Namespace";
}
