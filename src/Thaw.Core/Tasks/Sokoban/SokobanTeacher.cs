using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The solver as teacher: one row for each position on a shortest plan of each training room.</summary>
/// <remarks>
/// Rooms, their order and the words come from three separate streams, so frozen and diverse rows of one seed show the same
/// positions in the same order and differ in words only. A thought is verified before it is given out.
/// </remarks>
internal sealed class SokobanTeacher
{
    /// <summary>Rows are shuffled within the positions of this many rooms, so that neighbours rarely show one room.</summary>
    private const int RoomsPerBlock = 512;

    // Seven rooms in ten lie in the training fold; a shape that gives none in so many draws has none.
    private const int MaxDrawsWithoutRoom = 100_000;
    private const string Generator = "thaw-sokoban-1";

    private readonly DemonstrationPlan _plan;
    private readonly SokobanSplit _split;
    private readonly RoomShape _shape;
    private readonly SokobanRoomGenerator _generator;
    private readonly DiversitySampler _sampler;
    private readonly SplitMix64 _rooms;
    private readonly SplitMix64 _starts;
    private readonly SplitMix64 _order;
    private readonly SplitMix64 _words;

    /// <param name="split">Of the rooms, and of what stands in the prompt beside drawn words.</param>
    /// <exception cref="ArgumentException">The plan asks for what this task or the split does not have.</exception>
    public SokobanTeacher(DemonstrationPlan plan, SokobanSplit split)
    {
        split.ThrowIfNotTeachable(plan);
        (_plan, _split, _shape) = (plan, split, split.Shape);
        _generator = new SokobanRoomGenerator(_shape);
        _sampler = new DiversitySampler(plan);
        _rooms = SplitMix64.For(plan.Seed, $"sokoban/demonstrations/{_shape}/rooms");
        _starts = SplitMix64.For(plan.Seed, $"sokoban/demonstrations/{_shape}/starts");
        _order = SplitMix64.For(plan.Seed, $"sokoban/demonstrations/{_shape}/order");
        _words = SplitMix64.For(plan.Seed, $"sokoban/demonstrations/{_shape}/words");
    }

    public IEnumerable<Demonstration> Write()
    {
        var block = new List<Position>();
        while (true)
        {
            FillBlock(block);
            foreach (var position in block)
            {
                yield return Write(position);
            }
        }
    }

    /// <summary>The positions of one room in the order of its plan; none where no plan is short enough. Words go on from the last call.</summary>
    public IEnumerable<Demonstration> Write(SokobanInstance room)
    {
        var positions = new List<Position>();
        if (room.FindShortest(SokobanEpisode.MaxTurns) is { } solution)
        {
            AddPlan(positions, room, solution);
        }

        return positions.Select(Write);
    }

    /// <summary>The rooms themselves, in the order in which they are drawn, each with words of its own.</summary>
    public IEnumerable<Exercise> Practise()
    {
        while (true)
        {
            foreach (var (room, _) in NextStarts().Where(start => start.Solution.Plan.Count > 0))
            {
                var binding = DrawBinding();
                yield return new Exercise(room.Id, () => new SokobanEpisode(room, binding, binding.Words));
            }
        }
    }

    private void FillBlock(List<Position> block)
    {
        block.Clear();
        for (var rooms = 0; rooms < RoomsPerBlock; rooms++)
        {
            foreach (var (room, solution) in NextStarts())
            {
                AddPlan(block, room, solution);
            }
        }

        _order.Shuffle(block);
    }

    // The next training room with a plan, and behind it the same room with its things elsewhere.
    private List<(SokobanInstance Room, SokobanSolution Solution)> NextStarts()
    {
        for (var fruitless = 0; ; fruitless++)
        {
            if (fruitless == MaxDrawsWithoutRoom)
            {
                throw new ArgumentException($"No {_shape} room of the training fold can be solved in {SokobanEpisode.MaxTurns} moves; {fruitless} were tried.");
            }

            var room = _generator.Next(_rooms);
            if (room.Fold != Fold.Train || room.FindShortest(SokobanEpisode.MaxTurns) is not { } solution)
            {
                continue;
            }

            var starts = new List<(SokobanInstance, SokobanSolution)> { (room, solution) };
            for (var i = 0; i < _plan.ExtraStarts; i++)
            {
                var moved = MoveThings(room);
                if (moved.FindShortest(SokobanEpisode.MaxTurns) is { } other)
                {
                    starts.Add((moved, other));
                }
            }

            return starts;
        }
    }

    private static void AddPlan(List<Position> block, SokobanInstance room, SokobanSolution solution)
    {
        var (id, state) = (room.Id, room.Start);
        for (var at = 0; at < solution.Plan.Count; at++)
        {
            block.Add(new Position(room.Level, state, solution.Plan, at, id));
            state = room.Level.Step(state, solution.Plan[at]);
        }
    }

    // Boxes and player anywhere on the floor of the same room: most of these can still be solved.
    private SokobanInstance MoveThings(SokobanInstance room)
    {
        var cells = Enumerable.Range(0, room.Level.Rows * room.Level.Columns).Where(cell => (room.Level.Walls & (UInt128.One << cell)) == 0).ToArray();
        _starts.Shuffle(cells);
        var boxes = cells.Take(_shape.Boxes).Aggregate(UInt128.Zero, (set, cell) => set | (UInt128.One << cell));
        return room with { Start = new SokobanState(boxes, cells[_shape.Boxes]) };
    }

    private Demonstration Write(Position position)
    {
        var binding = DrawBinding();
        return new Demonstration(
            SokobanPrompt.Write(binding, SokobanDrawing.Draw(position.Level, position.State, binding.Symbols)).Text,
            Complete(position, binding),
            position.InstanceId,
            SokobanTask.TaskName,
            _plan.Split?.Name ?? (binding == SokobanBinding.Training ? "id" : "diverse"),
            binding.ToString(),
            _plan.Seed,
            Generator,
            "solver");
    }

    private SokobanBinding DrawBinding() => _plan.Split is null ? _sampler.Draw(_words)
        : _plan.Diversity == Diversity.Frozen ? _split.DrawBinding(_words)
        : _split.Around(_sampler.Draw(_words), _words);

    private string Complete(Position position, SokobanBinding binding)
    {
        if (_plan.Format == DemonstrationFormat.Answer)
        {
            return SokobanPrompt.WriteAnswer(binding.Words.WordFor(position.Plan[position.At]));
        }

        var room = new SokobanInstance(position.Level, position.State);
        var completion = SokobanTrace.Write(room, binding, [.. position.Plan.Skip(position.At)], _plan.Format);
        return TraceVerifier.FindFault(room, binding, _plan.Format, completion) is { } fault
            ? throw new InvalidOperationException($"A thought about room {position.InstanceId} is wrong: {fault}.")
            : completion;
    }

    /// <param name="At">The move of <paramref name="Plan"/> that comes next.</param>
    private readonly record struct Position(SokobanLevel Level, SokobanState State, IReadOnlyList<Direction> Plan, int At, string InstanceId);
}
