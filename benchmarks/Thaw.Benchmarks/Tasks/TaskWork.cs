using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Points;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Benchmarks.Tasks;

/// <summary>Kinds of work on the same material; each says how much it has done.</summary>
/// <param name="Prepare">Makes the material of a round, outside of all timing.</param>
internal sealed record TaskWork(string Shape, Action<int> Prepare, IReadOnlyList<(string Name, Func<long> Run)> Kinds)
{
    public static TaskWork OnRooms(RoomShape shape, int count)
    {
        var generator = new SokobanRoomGenerator(shape);
        var rooms = new SokobanInstance[count];
        var random = new SplitMix64(0);
        return new TaskWork(shape.ToString(), round => random = SplitMix64.For(0, $"benchmark/rooms/{shape}/{round}"),
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

    public static TaskWork OnHands(int cards, int count)
    {
        int[][] hands = [];
        return new TaskWork(
            NameOfHands(cards),
            round => hands = DrawHands(SplitMix64.For(0, $"benchmark/hands/{cards}/{round}"), cards, count),
            [("decide, hands", () => hands.Count(hand => PointsSolver.CanMake(hand, 24)) is var solvable && solvable <= hands.Length ? hands.Length : 0)]);
    }

    public static string NameOfHands(int cards) => $"{cards} cards";

    /// <summary>Every card is an even draw from 1 to 13, with the card's own number as its value.</summary>
    public static int[][] DrawHands(SplitMix64 random, int cards, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, cards).Select(_ => 1 + random.NextInt(13)).ToArray())];

    public static TaskWork OnDemonstrations(int count)
    {
        var seed = 0UL;
        return new TaskWork("6x6-1", round => seed = (ulong)round,
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
