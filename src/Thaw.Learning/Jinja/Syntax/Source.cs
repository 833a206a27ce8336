namespace Thaw.Learning.Jinja.Syntax;

/// <summary>The text of a template, with line breaks as <c>\n</c> and without the last one, as Jinja reads it.</summary>
internal sealed class Source
{
    private readonly List<int> _lineStarts = [0];

    public Source(string name, string text)
    {
        Name = name;
        Text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        Text = Text.EndsWith('\n') ? Text[..^1] : Text;
        for (var at = Text.IndexOf('\n'); at >= 0; at = Text.IndexOf('\n', at + 1))
        {
            _lineStarts.Add(at + 1);
        }
    }

    public string Name { get; }

    public string Text { get; }

    public Place PlaceOf(int offset)
    {
        var found = _lineStarts.BinarySearch(offset);
        var line = found >= 0 ? found : ~found - 1;
        return new Place(line + 1, offset - _lineStarts[line] + 1);
    }

    public JinjaException Error(int offset, string cause) => new(Name, PlaceOf(offset), cause);
}
