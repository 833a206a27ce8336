using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The solver as teacher: one answer-only row for each position on a shortest plan of each training room.</summary>
/// <remarks>
/// Rooms, their order and the words come from three separate streams, so frozen and diverse rows of one seed show the same
/// positions in the same order and differ in words only.
/// </remarks>
internal sealed class SokobanTeacher(DemonstrationPlan plan, RoomShape shape, Lexicon lexicon)
{
    /// <summary>Rows are shuffled within the positions of this many rooms, so that neighbours rarely show one room.</summary>
    private const int RoomsPerBlock = 512;
    private const string Generator = "thaw-sokoban-1";

    private readonly SokobanRoomGenerator _generator = new(shape);
    private readonly DiversitySampler _sampler = new(plan, lexicon);
    private readonly SplitMix64 _rooms = SplitMix64.For(plan.Seed, $"sokoban/demonstrations/{shape}/rooms");
    private readonly SplitMix64 _order = SplitMix64.For(plan.Seed, $"sokoban/demonstrations/{shape}/order");
    private readonly SplitMix64 _words = SplitMix64.For(plan.Seed, $"sokoban/demonstrations/{shape}/words");

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

    private void FillBlock(List<Position> block)
    {
        block.Clear();
        for (var rooms = 0; rooms < RoomsPerBlock;)
        {
            var room = _generator.Next(_rooms);
            if (room.Fold != Fold.Train || SokobanSolver.FindShortest(room.Level, room.Start, SokobanEpisode.MaxTurns) is not { } solution)
            {
                continue;
            }

            rooms++;
            var (id, state) = (room.Id, room.Start);
            foreach (var move in solution.Plan)
            {
                block.Add(new Position(room.Level, state, move, id));
                state = room.Level.Step(state, move);
            }
        }

        _order.Shuffle(block);
    }

    private Demonstration Write(Position position)
    {
        var binding = _sampler.Draw(_words);
        return new Demonstration(
            SokobanPrompt.Write(binding, SokobanDrawing.Draw(position.Level, position.State)).Text,
            SokobanPrompt.WriteAnswer(binding.Words.WordFor(position.Move)),
            position.InstanceId,
            SokobanTask.TaskName,
            binding == SokobanBinding.Training ? "id" : "diverse",
            binding.Words.ToString(),
            plan.Seed,
            Generator,
            "solver");
    }

    private readonly record struct Position(SokobanLevel Level, SokobanState State, Direction Move, string InstanceId);
}
