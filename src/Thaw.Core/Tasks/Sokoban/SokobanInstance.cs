using System.Text.Json.Nodes;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>A level and the position in which it starts.</summary>
public sealed record SokobanInstance(SokobanLevel Level, SokobanState Start) : IInstance
{
    // A room of ten by ten with four boxes needs a tenth of it.
    private const int MostStates = 30_000_000;

    /// <summary>Sixteen hexadecimal digits; rooms that differ by a rotation or a mirror share them.</summary>
    public string Id => $"{CanonicalRoom.HashOf(Level, Start):x16}";

    public Fold Fold => CanonicalRoom.FoldOf(Level);

    public string Drawing => SokobanDrawing.Draw(Level, Start);

    /// <inheritdoc cref="SokobanSolver.FindShortest"/>
    /// <exception cref="ArgumentException">There are too many states to search, as rooms with many boxes have.</exception>
    public SokobanSolution? FindShortest(int maxMoves = int.MaxValue) => SokobanSolver.TryFindShortest(Level, Start, maxMoves, MostStates, out var solution)
        ? solution
        : throw new ArgumentException($"A room with {UInt128.PopCount(Level.Targets)} boxes has more than {MostStates} positions within reach, too many to search; rooms with fewer boxes have fewer.");

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
