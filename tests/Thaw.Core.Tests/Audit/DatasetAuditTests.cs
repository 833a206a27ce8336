using System.Text.Json;
using Thaw.Core.Audit;
using Thaw.Core.Demonstrations;
using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;

namespace Thaw.Core.Tests.Audit;

public sealed class DatasetAuditTests : IDisposable
{
    private static readonly IReferenceTeacher s_sokoban = (IReferenceTeacher)TaskCatalog.FindReference("sokoban");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compare_ThePapersOwnSeeds_ShowsThatEveryTestBoardIsATrainingBoard()
    {
        // paper.md 11.1: evaluation seeds 123 to 222 lie within the training seeds 42 to 1041, 896 of whose 1,000 boards differ.
        var training = s_sokoban.PaperTraining;
        var result = Compare(
            Instances(training.Make, training.FirstSeed, training.Count),
            Instances(s_sokoban.Open("id"), 123, 100));

        Assert.Equal(896, result.Overlap["instance"].DistinctA);
        Assert.Equal(100, result.Overlap["instance"].RowsOfB);
        Assert.Equal(1.0, result.Overlap["instance"].ShareOfB);
        Assert.Equal(1.0, result.Overlap["canonical"].ShareOfB);
        Assert.Null(result.Overlap["prompt"].ShareOfB);
    }

    [Fact]
    public void Compare_TrainingRowsOfThePaperWithItsTestBoards_FindsThemByTheirPrompts()
    {
        var result = Compare(
            Demonstrations(s_sokoban.DemonstrateTraining(new DemonstrationPlan(Diversity.Frozen, 1))),
            Instances(s_sokoban.Open("id"), 123, 100));

        Assert.Equal(3981, result.A.Rows);
        Assert.Equal(0, result.A.Unread);
        Assert.Equal(1.0, result.Overlap["instance"].ShareOfB);
        Assert.Equal((1, 4), (result.Overlap["mapping"].DistinctA, result.Overlap["word"].DistinctA));
    }

    [Fact]
    public void Compare_OurTrainingRowsWithOurTestInstances_SharesNothing()
    {
        var task = TaskCatalog.Find("sokoban");
        var test = task.DrawInstances(task.Splits[0], Fold.Test, 100, seed: 1).Select(instance => new InstanceRow(task.Describe(task.Splits[0], instance, seed: 1)));

        var result = Compare(
            Demonstrations(task.Demonstrate(new DemonstrationPlan(Diversity.Diverse, 5, ExtraStarts: 2)).Take(5000)),
            Write("test.jsonl", test.Select(row => row.Row.ToJsonString())));

        Assert.Equal(0, result.Overlap["canonical"].Shared);
        Assert.Equal(0, result.B.Unread);
    }

    [Fact]
    public void Compare_TheSameRowsUnderOtherWords_SharesInstancesAlone()
    {
        var task = TaskCatalog.Find("sokoban");
        var result = Compare(
            Demonstrations(task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, 5)).Take(500)),
            Demonstrations(task.Demonstrate(new DemonstrationPlan(Diversity.Diverse, 5)).Take(500)));

        Assert.Equal(0, result.Overlap["prompt"].Shared);
        Assert.Equal(1.0, result.Overlap["instance"].ShareOfA);
        Assert.Equal(0, result.Overlap["mapping"].Shared);
        Assert.Equal(0, result.Overlap["word"].Shared);
    }

    [Fact]
    public void Compare_ThePapersTrainingHands_CoverAlmostAllThatCanBeSolved()
    {
        // Of the eight rules three count no face card above 10; 566 multisets of 1 to 10 make 24.
        var training = TaskCatalog.FindReference("points").PaperTraining;
        var path = Instances(training.Make, training.FirstSeed, 3750);

        var coverage = Compare(path, path).Coverage[0];

        Assert.Equal("points, 4 cards to 24", coverage.Family);
        Assert.Equal(566, coverage.Possible);
        Assert.InRange(coverage.Covered!.Value, 500, 566);
        Assert.Equal(coverage.Distinct, coverage.Covered);
        Assert.InRange(coverage.Estimated, 0.95, 1.0);
    }

    [Fact]
    public void Compare_ThePapersTrainingRowsWithItsHands_AreTheSameHands()
    {
        var points = (IReferenceTeacher)TaskCatalog.FindReference("points");
        var result = Compare(
            Demonstrations(points.DemonstrateTraining(new DemonstrationPlan(Diversity.Diverse, 1)).Skip(1240).Take(20)),
            Instances(points.PaperTraining.Make, 42 + 1240, 20));

        Assert.Equal((0, 0), (result.A.Unread, result.B.Unread));
        Assert.Equal(20, result.Overlap["instance"].RowsOfA);
        Assert.Equal(20, result.Overlap["canonical"].RowsOfB);
        Assert.Equal(["8", "9"], points.DemonstrateTraining(new DemonstrationPlan(Diversity.Diverse, 1)).Skip(1240).Take(20).Select(row => row.Binding[2..3]).Distinct());
    }

    [Fact]
    public void Compare_RowsThatAreNotData_AreCountedNotHidden()
    {
        var result = Compare(
            Write("a", ["""{"prompt": "hello"}""", """{"prompt": [{"role": "user", "content": "hello"}]}""", """{"prompt": 3, "room": null}"""]),
            Write("b", ["""{"prompt": "hello", "prompt": "bye"}""", """{"prompt": "\ud83d"}"""]));

        Assert.Equal((3, 3), (result.A.Rows, result.A.Unread));
        Assert.Equal((1, 2, 0), (result.Overlap["prompt"].DistinctA, result.Overlap["prompt"].DistinctB, result.Overlap["prompt"].Shared));
        Assert.Empty(result.Coverage);
    }

    [Theory]
    [InlineData("""{"text": "a"}""", "no row holds a prompt, or an instance of sokoban or points.")]
    [InlineData("[1]", "line 1: expected an object.")]
    [InlineData("null", "line 1: expected an object.")]
    [InlineData("{", "line 1: ")]
    public void Compare_FileThatIsNoDataset_IsNamed(string line, string clue)
    {
        var path = Write("bad.jsonl", [line]);

        Assert.StartsWith($"{path}: {clue}", Assert.Throws<InvalidDataException>(() => Compare(path, path)).Message, StringComparison.Ordinal);
    }

    private static AuditResult Compare(string a, string b) => DatasetAudit.Compare(a, b, new Progress<WorkProgress>(), default);

    private string Instances(Func<uint, InstanceRow> make, uint first, int count) =>
        Write($"{first}-{count}.jsonl", Enumerable.Range(0, count).Select(i => make(first + (uint)i).Row.ToJsonString()));

    private string Demonstrations(IEnumerable<Demonstration> rows) =>
        Write($"{Guid.NewGuid()}.jsonl", rows.Select(row => JsonSerializer.Serialize(row, JsonFormat.Line)));

    private string Write(string name, IEnumerable<string> lines)
    {
        File.WriteAllLines(_folder[name], lines);
        return _folder[name];
    }
}
