using System.Text.Json.Nodes;
using Thaw.Core.Demonstrations;
using Thaw.Core.Text;

namespace Thaw.Core.Tasks.Sokoban.Reference;

/// <summary>The rooms of the paper, by split or by size, and its training set.</summary>
internal sealed class SokobanReference : IReferenceTeacher
{
    /// <summary>The search depth of every split of the paper.</summary>
    private const int PaperSearchDepth = 30;

    private const string Generator = "paper-sokoban";

    // The public generator recurses once for every pull; CPython stops it a little below 1,000.
    private const int MaxSearchDepth = 900;

    private static readonly RoomShape s_training = new(6, 6, 1);

    private readonly IReadOnlyList<SokobanSplit> _splits = [.. new SokobanTask().Splits.OfType<SokobanSplit>()];

    public string Task => SokobanTask.TaskName;

    public IReadOnlyList<string> Splits => [.. _splits.Select(split => split.Name)];

    public IReadOnlyList<string> Parameters => ["rows", "cols", "boxes", "search-depth"];

    /// <inheritdoc/>
    /// <remarks>The thousand rooms have 3,982 positions on their plans, one more than the paper states; the last one is left out.</remarks>
    public int TrainingRows => 3981;

    public ReferenceSeries PaperTraining => new(FirstSeed: 42, Count: 1000, seed => Make(s_training, PaperSearchDepth, seed));

    public Func<uint, InstanceRow> Open(string split)
    {
        var shape = _splits.FirstOrDefault(known => known.Name == split)?.Shape
            ?? throw new ArgumentException(NearestName.Describe($"{Task} split", split, Splits));
        return seed => Make(shape, PaperSearchDepth, seed);
    }

    public Func<uint, InstanceRow> Open(IReadOnlyList<int> values)
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

    public IEnumerable<Demonstration> DemonstrateTraining(DemonstrationPlan plan)
    {
        var teacher = new SokobanTeacher(plan, s_training);
        var generator = new ReferenceRoomGenerator(s_training, PaperSearchDepth);
        var seeds = Enumerable.Range((int)PaperTraining.FirstSeed, PaperTraining.Count);
        return seeds.SelectMany(seed => generator.Make((uint)seed).Room is { } room
            ? teacher.Write(room).Select(row => row with { Seed = (ulong)seed, Generator = Generator })
            : []).Take(TrainingRows);
    }

    private static InstanceRow Make(RoomShape shape, int searchDepth, uint seed)
    {
        var (room, failure) = new ReferenceRoomGenerator(shape, searchDepth).Make(seed);
        var row = room?.Describe() ?? new JsonObject { ["rows"] = shape.Rows, ["cols"] = shape.Columns, ["boxes"] = shape.Boxes, ["room"] = null };
        row.Insert(3, "search_depth", searchDepth);
        row.Insert(4, "seed", seed);
        return new InstanceRow(row, failure);
    }

    private static void ThrowIfOutside(string name, int value, int low, int high)
    {
        if (value < low || value > high)
        {
            throw new ArgumentException($"--{name} must lie between {low} and {high}, not {value}.");
        }
    }
}
