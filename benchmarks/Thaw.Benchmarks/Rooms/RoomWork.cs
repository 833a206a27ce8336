using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Benchmarks.Rooms;

/// <summary>Kinds of work on the same material; each says how much it has done.</summary>
/// <param name="Prepare">Makes the material of a round, outside of all timing.</param>
internal sealed record RoomWork(string Shape, Action<int> Prepare, IReadOnlyList<(string Name, Func<long> Run)> Kinds)
{
    public static RoomWork OnRooms(RoomShape shape, int count)
    {
        var generator = new SokobanRoomGenerator(shape);
        var rooms = new SokobanInstance[count];
        var random = new SplitMix64(0);
        return new RoomWork(shape.ToString(), round => random = SplitMix64.For(0, $"benchmark/rooms/{shape}/{round}"),
        [
            ("generate, rooms", () =>
            {
                for (var i = 0; i < rooms.Length; i++)
                {
                    rooms[i] = generator.Next(random);
                }

                return rooms.Length;
            }),
            ("solve, rooms", () =>
            {
                foreach (var room in rooms)
                {
                    Require(SokobanSolver.FindShortest(room.Level, room.Start) is not null, room);
                }

                return rooms.Length;
            }),
            ("episodes, turns", () => rooms.Take(rooms.Length / 4).Sum(room => PlayRandomly(room, random))),
            ("steps, moves", () => rooms.Sum(room => StepRandomly(room, random))),
        ]);
    }

    public static RoomWork OnPuzzles(RoomShape shape, int count)
    {
        var generator = new SokobanRoomGenerator(shape);
        SokobanPuzzle[] puzzles = [];
        var budget = new PuzzleBudget(TimeSpan.FromSeconds(60));
        return new RoomWork(
            shape.ToString(),
            round =>
            {
                var random = SplitMix64.For(0, $"benchmark/puzzles/{shape}/{round}");
                puzzles = [.. Enumerable.Range(0, count).Select(_ => SokobanPuzzle.Of(generator.Next(random)))];
            },
            [
                ("solve, puzzles", () => puzzles.Count(puzzle => PuzzleSolver.Solve(puzzle, budget).Outcome == PuzzleOutcome.Optimal) is var solved && solved == count
                    ? solved
                    : throw new InvalidOperationException($"Only {solved} of {count} puzzles were solved within a minute each.")),
            ]);
    }

    public static RoomWork OnDemonstrations(int count)
    {
        var seed = 0UL;
        return new RoomWork("6x6-1", round => seed = (ulong)round,
        [
            ("demonstrations, diverse answer rows", () => Rows(new(Diversity.Diverse, seed))),
            ("demonstrations, diverse cot rows", () => Rows(new(Diversity.Diverse, seed, Format: DemonstrationFormat.Cot), 10)),
        ]);

        long Rows(DemonstrationPlan plan, int share = 1) => new SokobanTask().Demonstrate(plan).Take(count / share).LongCount(row => row.Prompt.Length > 0);
    }

    // A turn with all that belongs to it: reading the answer, the move, the dead end.
    private static long PlayRandomly(SokobanInstance room, SplitMix64 random)
    {
        string[] completions = ["</think> <answer> Up </answer>\n", "</think> <answer> Down </answer>\n", "</think> <answer> Left </answer>\n", "</think> <answer> Right </answer>\n"];
        var episode = new SokobanEpisode(room, SokobanBinding.Training, ActionVocabulary.Training);
        var turns = 0;
        for (; !episode.IsOver; turns++)
        {
            episode.Play(completions[random.NextInt(4)]);
        }

        return turns;
    }

    private static long StepRandomly(SokobanInstance room, SplitMix64 random)
    {
        const int moves = 30;
        var state = room.Start;
        for (var move = 0; move < moves; move++)
        {
            state = room.Level.Step(state, (Direction)random.NextInt(4));
        }

        Require(state.Boxes != 0, room);
        return moves;
    }

    private static void Require(bool holds, SokobanInstance room)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Room {room.Id} cannot be solved, yet the generator made it.");
        }
    }
}
