using Thaw.Learning.Jinja;

namespace Thaw.Learning.Templates;

/// <summary>A template as it was found.</summary>
/// <param name="Place">The file, and the key in it, for messages.</param>
internal readonly record struct SourceText(string Text, string Place)
{
    public JinjaTemplate Parse() => JinjaTemplate.Parse(Text, Place);
}
