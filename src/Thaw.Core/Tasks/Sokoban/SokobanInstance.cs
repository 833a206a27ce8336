using System.Text.Json.Nodes;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>A level and the position in which it starts.</summary>
public sealed record SokobanInstance(SokobanLevel Level, SokobanState Start) : IInstance
{
    /// <summary>Sixteen hexadecimal digits; rooms that differ by a rotation or a mirror share them.</summary>
    public string Id => $"{CanonicalRoom.HashOf(Level, Start):x16}";

    public Fold Fold => CanonicalRoom.FoldOf(Level);

    public string Drawing => SokobanDrawing.Draw(Level, Start);

    /// <summary>The room as a row of a data file.</summary>
    /// <remarks>The keys <c>rows</c>, <c>cols</c>, <c>boxes</c> and those of <see cref="RoomDigits.Describe"/>.</remarks>
    public JsonObject Describe()
    {
        var row = new JsonObject { ["rows"] = Level.Rows, ["cols"] = Level.Columns, ["boxes"] = (int)UInt128.PopCount(Level.Targets) };
        foreach (var (key, value) in RoomDigits.Describe(this))
        {
            row[key] = value?.DeepClone();
        }

        return row;
    }

    /// <summary>Reads a start position; see <see cref="SokobanDrawing.Parse"/> for the form and its errors.</summary>
    public static SokobanInstance Parse(string drawing)
    {
        var (level, state) = SokobanDrawing.Parse(drawing);
        return new SokobanInstance(level, state);
    }
}
