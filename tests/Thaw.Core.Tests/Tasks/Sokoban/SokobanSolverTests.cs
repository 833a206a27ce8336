using System.Runtime.CompilerServices;
using System.Text.Json;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class SokobanSolverTests
{
    public static TheoryData<int, int, int> Shapes { get; } = new() { { 6, 6, 1 }, { 5, 6, 2 }, { 7, 5, 1 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void FindShortest_GeneratedRooms_AgreesWithExhaustivePlay(int rows, int columns, int boxes)
    {
        foreach (var room in Rooms.Make(new RoomShape(rows, columns, boxes), 25))
        {
            var start = NaiveSokoban.Bare(room.Drawing);
            var distances = NaiveSokoban.Distances(start);
            var solution = SokobanSolver.FindShortest(room.Level, room.Start)!;

            Assert.Equal(distances[start], solution.Plan.Count);
            Assert.Equal(
                Enum.GetValues<Direction>().Where(d => distances[NaiveSokoban.Step(start, d)] == distances[start] - 1),
                solution.OptimalFirstMoves);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void CanBeSolved_AfterARandomWalk_AgreesWithExhaustivePlay(int rows, int columns, int boxes)
    {
        var random = SplitMix64.For(2, "walk");
        var deadEnds = 0;
        foreach (var room in Rooms.Make(new RoomShape(rows, columns, boxes), 15, seed: 2))
        {
            var distances = NaiveSokoban.Distances(NaiveSokoban.Bare(room.Drawing));
            var state = room.Start;
            for (var move = 0; move < 20; move++)
            {
                state = room.Level.Step(state, (Direction)random.NextInt(4));
                var board = NaiveSokoban.Bare(SokobanDrawing.Draw(room.Level, state));
                Assert.Equal(distances[board] is not null, SokobanSolver.CanBeSolved(room.Level, state));
                deadEnds += distances[board] is null ? 1 : 0;
            }
        }

        Assert.True(deadEnds > 10, "The walks met too few dead ends to show anything.");
    }

    [Fact]
    public void FindShortest_RoomsOfThePublicGenerator_GivesThePlansOfThePublicSolver()
    {
        var rooms = JsonDocument.Parse(File.ReadAllText(GoldenRooms())).RootElement.EnumerateArray().Where(room => room.TryGetProperty("state", out _));
        foreach (var room in rooms)
        {
            var state = Lines(room, "state").Zip(Lines(room, "fixed"), (movables, still) => string.Concat(movables.Zip(still, Symbol)));
            var instance = SokobanInstance.Parse(string.Join('\n', state));

            var plan = SokobanSolver.FindShortest(instance.Level, instance.Start)!.Plan;

            Assert.Equal(room.GetProperty("shortest").EnumerateArray().Select(move => (Direction)(move.GetInt32() - 1)), plan);
        }
    }

    [Fact]
    public void FindShortest_OneMoveTooFewAllowed_HasNoAnswer()
    {
        var room = SokobanInstance.Parse("######\n#P___#\n#_X_O#\n######");
        var needed = SokobanSolver.FindShortest(room.Level, room.Start)!.Plan.Count;

        Assert.NotNull(SokobanSolver.FindShortest(room.Level, room.Start, needed));
        Assert.Null(SokobanSolver.FindShortest(room.Level, room.Start, needed - 1));
    }

    [Fact]
    public void FindShortest_SolvedRoom_HasAnEmptyPlan()
    {
        var room = SokobanInstance.Parse("#####\n#P√_#\n#####");

        var solution = SokobanSolver.FindShortest(room.Level, room.Start, 0)!;

        Assert.Empty(solution.Plan);
        Assert.Empty(solution.OptimalFirstMoves);
    }

    [Fact]
    public void CanBeSolved_BoxInACorner_IsFalse()
    {
        var room = SokobanInstance.Parse("#####\n#X_O#\n#_P_#\n#####");

        Assert.False(SokobanSolver.CanBeSolved(room.Level, room.Start));
    }

    // Digits of the public code: 0 wall, 1 floor, 2 target, 4 box, 5 player; 5 on a target shows in 'fixed' alone.
    private static char Symbol(char movable, char still) => (movable, still) switch
    {
        ('5', '2') => 'S',
        ('5', _) => 'P',
        ('4', '2') => '√',
        ('4', _) => 'X',
        ('2', _) => 'O',
        ('1', _) => '_',
        _ => '#',
    };

    private static IEnumerable<string> Lines(JsonElement room, string key) => room.GetProperty(key).EnumerateArray().Select(line => line.GetString()!);

    private static string GoldenRooms([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "golden", "tasks", "sokoban_rooms.json");
}
