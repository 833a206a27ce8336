using System.Text.Json.Nodes;
using Thaw.Core.Demonstrations;
using Thaw.Core.Text;

namespace Thaw.Core.Tasks.Sokoban.Reference;

/// <summary>The rooms of the paper, by split or by size, and its training set.</summary>
internal sealed class SokobanReference(IReadOnlyList<SokobanSplit> splits) : IReferenceTeacher
{
    /// <summary>The search depth of every split of the paper.</summary>
    private const int PaperSearchDepth = 30;

    private const string Generator = "paper-sokoban";

    // The public generator recurses once for every pull; CPython stops it a little below 1,000.
    private const int MaxSearchDepth = 900;

    private static readonly RoomShape s_training = new(6, 6, 1);

    public string Task => SokobanTask.TaskName;

    public IReadOnlyList<string> Splits => [.. splits.Select(split => split.Name)];

    public IReadOnlyList<string> Parameters => [.. RoomShape.Sizes, "search-depth"];

    /// <inheritdoc/>
    /// <remarks>The thousand rooms have 3,982 positions on their plans, one more than the paper states; the last one is left out.</remarks>
    public int TrainingRows => 3981;

    public ReferenceSeries PaperTraining => new(FirstSeed: 42, Count: 1000, seed => Make(s_training, PaperSearchDepth, seed));

    public Func<uint, InstanceRow> Open(string split)
    {
        var shape = splits.FirstOrDefault(known => known.Name == split)?.Shape
            ?? throw new ArgumentException(NearestName.Describe($"{Task} split", split, Splits));
        return seed => Make(shape, PaperSearchDepth, seed);
    }

    public Func<uint, InstanceRow> Open(IReadOnlyList<int> values)
    {
        if (values.Count != Parameters.Count)
        {
            throw new ArgumentException($"A room is described by {string.Join(", ", Parameters)}.");
        }

        var shape = RoomShape.Of([.. values.SkipLast(1)]);
        RoomShape.ThrowIfOutside("search-depth", values[^1], 1, MaxSearchDepth);
        return seed => Make(shape, values[^1], seed);
    }

    public IEnumerable<Demonstration> DemonstrateTraining(DemonstrationPlan plan)
    {
        var teacher = new SokobanTeacher(plan, splits[0]);
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
}
