namespace Thaw.Core.Tasks.Sokoban;

/// <summary>A level and the position in which it starts.</summary>
public sealed record SokobanInstance(SokobanLevel Level, SokobanState Start) : IInstance
{
    /// <summary>Sixteen hexadecimal digits; rooms that differ by a rotation or a mirror share them.</summary>
    public string Id => $"{CanonicalRoom.HashOf(Level, Start):x16}";

    public Fold Fold => CanonicalRoom.FoldOf(Level);

    public string Drawing => SokobanDrawing.Draw(Level, Start);

    /// <summary>Reads a start position; see <see cref="SokobanDrawing.Parse"/> for the form and its errors.</summary>
    public static SokobanInstance Parse(string drawing)
    {
        var (level, state) = SokobanDrawing.Parse(drawing);
        return new SokobanInstance(level, state);
    }
}
