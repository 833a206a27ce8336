using System.Runtime.CompilerServices;
using Thaw.Core.Demonstrations;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class SokobanTeacherTests
{
    private static readonly SokobanTask s_task = new();

    [Theory]
    [InlineData(Diversity.Frozen, 0)]
    [InlineData(Diversity.Diverse, 0)]
    [InlineData(Diversity.Diverse, 4)]
    public void Demonstrate_EveryRow_TeachesAnOptimalMoveInItsOwnWords(Diversity diversity, int extraStarts)
    {
        foreach (var row in Rows(diversity, 3000, extraStarts))
        {
            var room = SokobanInstance.Parse(SokobanTaskTests.BoardOf(row));
            var words = row.Binding.Split(' ').Select(part => part[(part.IndexOf('=') + 1)..]).ToArray();
            var vocabulary = new ActionVocabulary(words[0], words[1], words[2], words[3]);
            var optimal = SokobanSolver.FindShortest(room.Level, room.Start)!.OptimalFirstMoves;

            var move = vocabulary.Read(SokobanAnswer.Read(row.Completion)!);

            Assert.Contains(move!.Value, optimal);
            Assert.Equal($"</think> <answer> {vocabulary.WordFor(move.Value)} </answer>\n", row.Completion);
        }
    }

    [Fact]
    public void Demonstrate_FrozenAndDiverseOfOneSeed_ShowTheSamePositions()
    {
        var (frozen, diverse) = (Rows(Diversity.Frozen, 3000), Rows(Diversity.Diverse, 3000));

        Assert.Equal(frozen.Select(Position), diverse.Select(Position));
        Assert.All(frozen, row => Assert.Equal("Up=Up Down=Down Left=Left Right=Right", row.Binding));
        Assert.All(diverse, row => Assert.Contains("\nwhere ", row.Prompt, StringComparison.Ordinal));
    }

    [Fact]
    public void Demonstrate_WithExtraStarts_ShowsMorePositionsOfTrainingRoomsAlone()
    {
        var (plain, extended) = (Rows(Diversity.Frozen, 3000), Rows(Diversity.Frozen, 3000, extraStarts: 4));

        Assert.All(extended, row => Assert.Equal(Fold.Train, SokobanInstance.Parse(SokobanTaskTests.BoardOf(row)).Fold));
        Assert.InRange(StartsOfARoom(extended) / StartsOfARoom(plain), 1.5, 5.0);

        static double StartsOfARoom(List<Demonstration> rows) => rows
            .GroupBy(row => SokobanInstance.Parse(SokobanTaskTests.BoardOf(row)).Level)
            .Average(room => room.Select(row => row.InstanceId).Distinct().Count());
    }

    [Fact]
    public void Demonstrate_AnotherSeed_GivesOtherRows() => Assert.NotEqual(
        Rows(Diversity.Frozen, 10).Select(Position),
        s_task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, Seed: 2)).Take(10).Select(Position));

    [Fact]
    public void Demonstrate_NeighbouringRows_AreRarelyOfOneRoom()
    {
        var rows = Rows(Diversity.Frozen, 3000);

        Assert.InRange(rows.Zip(rows.Skip(1)).Count(pair => pair.First.InstanceId == pair.Second.InstanceId), 0, 100);
    }

    [Theory]
    [InlineData(Diversity.Frozen, "frozen.jsonl")]
    [InlineData(Diversity.Diverse, "diverse.jsonl")]
    public void Demonstrate_FirstRows_AreTheGoldenOnes(Diversity diversity, string file)
    {
        using var stream = new MemoryStream();
        JsonLines.Write(stream, Rows(diversity, 4));

        Assert.Equal(File.ReadAllText(Golden(file)), System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static (string Room, string Board) Position(Demonstration row) => (row.InstanceId, SokobanTaskTests.BoardOf(row));

    private static List<Demonstration> Rows(Diversity diversity, int count, int extraStarts = 0) =>
        [.. s_task.Demonstrate(new DemonstrationPlan(diversity, Seed: 1, ExtraStarts: extraStarts)).Take(count)];

    private static string Golden(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden", file);
}
