using System.Text.Json.Nodes;
using Thaw.Core.Text;

namespace Thaw.Core.Tasks.Sokoban.Reference;

/// <summary>The rooms of the paper, by split or by size.</summary>
internal sealed class SokobanReference : IReferenceSource
{
    /// <summary>The search depth of every split of the paper.</summary>
    private const int PaperSearchDepth = 30;

    // The public generator recurses once for every pull; CPython stops it a little below 1,000.
    private const int MaxSearchDepth = 900;

    private static readonly RoomShape s_training = new(6, 6, 1);

    private readonly IReadOnlyList<SokobanSplit> _splits = [.. new SokobanTask().Splits.OfType<SokobanSplit>()];

    public string Task => SokobanTask.TaskName;

    public IReadOnlyList<string> Splits => [.. _splits.Select(split => split.Name)];

    public IReadOnlyList<string> Parameters => ["rows", "cols", "boxes", "search-depth"];

    public ReferenceSeries PaperTraining => new(FirstSeed: 42, Count: 1000, seed => Make(s_training, PaperSearchDepth, seed));

    public Func<uint, ReferenceRow> Open(string split)
    {
        var shape = _splits.FirstOrDefault(known => known.Name == split)?.Shape
            ?? throw new ArgumentException(NearestName.Describe($"{Task} split", split, Splits));
        return seed => Make(shape, PaperSearchDepth, seed);
    }

    public Func<uint, ReferenceRow> Open(IReadOnlyList<int> values)
    {
        if (values is not [var rows, var columns, var boxes, var searchDepth])
        {
            throw new ArgumentException($"A room is described by {string.Join(", ", Parameters)}.");
        }

        ThrowIfOutside("rows", rows, 3, SokobanLevel.MaxCells);
        ThrowIfOutside("cols", columns, 3, SokobanLevel.MaxCells);
        ThrowIfOutside("boxes", boxes, 1, SokobanLevel.MaxCells);
        ThrowIfOutside("search-depth", searchDepth, 1, MaxSearchDepth);
        if (rows * columns > SokobanLevel.MaxCells)
        {
            throw new ArgumentException($"A room holds at most {SokobanLevel.MaxCells} cells, not {rows} × {columns}.");
        }

        return seed => Make(new RoomShape(rows, columns, boxes), searchDepth, seed);
    }

    private static ReferenceRow Make(RoomShape shape, int searchDepth, uint seed)
    {
        var (room, failure) = new ReferenceRoomGenerator(shape, searchDepth).Make(seed);
        var row = new JsonObject
        {
            ["rows"] = shape.Rows,
            ["cols"] = shape.Columns,
            ["boxes"] = shape.Boxes,
            ["search_depth"] = searchDepth,
            ["seed"] = seed,
        };
        if (room is null)
        {
            row["room"] = null;
            return new ReferenceRow(row, failure);
        }

        foreach (var (key, value) in RoomDigits.Describe(room))
        {
            row[key] = value?.DeepClone();
        }

        return new ReferenceRow(row, null);
    }

    private static void ThrowIfOutside(string name, int value, int low, int high)
    {
        if (value < low || value > high)
        {
            throw new ArgumentException($"--{name} must lie between {low} and {high}, not {value}.");
        }
    }
}
