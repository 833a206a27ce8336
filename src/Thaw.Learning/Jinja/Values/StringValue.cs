using Thaw.Learning.Jinja.Python;

namespace Thaw.Learning.Jinja.Values;

/// <summary>A text. Its items, length and indices are code points, as in Python.</summary>
internal sealed class StringValue(string text) : Value
{
    public static readonly StringValue Empty = new("");

    private int _count = -1;

    public string Text => text;

    public override string TypeName => "str";

    public override bool IsTrue => text.Length > 0;

    public override int? Count => _count >= 0 ? _count : _count = CodePoints.Count(text);

    public override IEnumerable<Value> Items => CodePoints.Each(text).Select(point => new StringValue(point));
}
