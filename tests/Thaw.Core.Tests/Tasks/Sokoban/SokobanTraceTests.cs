using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class SokobanTraceTests
{
    private static readonly DemonstrationFormat[] s_formats = [DemonstrationFormat.CotTerse, DemonstrationFormat.CotBrief, DemonstrationFormat.Cot, DemonstrationFormat.CotFull];
    private static readonly SokobanBinding s_words = new(new ActionVocabulary("fox", "lamp", "rain", "coin"), AnswersSection.Explained);
    private static readonly SokobanInstance s_corridor = SokobanInstance.Parse("######\n#PX_O#\n#____#\n######");
    private static readonly SokobanInstance s_room = SokobanInstance.Parse("######\n#P_X_#\n#_#_O#\n#____#\n######");

    [Fact]
    public void Write_TwoPushesRoundACorner_TellsEachMoveAndWhy()
    {
        var room = SokobanInstance.Parse("#######\n#_____#\n#P_X__#\n#___O_#\n#_____#\n#######");

        Assert.Equal(
            """

            Cells are (row,column), counted from (1,1) in the first row. Player (3,2). Boxes (3,4). Targets (4,5).
            Plan: go to (3,3) to stand behind the box at (3,4), push it to (3,5), on its way to the target at (4,5); go to (2,5) to stand behind the box at (3,5), push it to (4,5), a target.
            1. coin: player (3,3).
            2. coin: player (3,4), box (3,5).
            3. fox: player (2,4).
            4. coin: player (2,5).
            5. lamp: player (3,5), box (4,5).
            Every box is on a target.
            The next move goes to the column after; the word for it is coin.
            </think> <answer> coin </answer>

            """,
            SokobanTrace.Write(room, s_words, SokobanSolver.FindShortest(room.Level, room.Start)!.Plan, DemonstrationFormat.Cot));
    }

    [Fact]
    public void Write_Terse_NamesTheSideOfTheNextPushAndTheMove()
    {
        var room = SokobanInstance.Parse("######\n#_X_O#\n#P___#\n######");
        var plan = SokobanSolver.FindShortest(room.Level, room.Start)!.Plan;

        Assert.Equal("\nSide X: rain\n</think> <answer> fox </answer>\n", SokobanTrace.Write(room, s_words, plan, DemonstrationFormat.CotTerse));
    }

    [Theory]
    [InlineData("\nSide X: coin\n</think> <answer> coin </answer>\n", "pushes from there")]
    [InlineData("\nSide X: rain\n</think> <answer> lamp </answer>\n", "pushes from there")]
    [InlineData("\nSide X: Left\n</think> <answer> coin </answer>\n", "in words of the binding")]
    [InlineData("\nSide P: rain\n</think> <answer> coin </answer>\n", "in words of the binding")]
    public void FindFault_ATerseThoughtThatIsNotSo_IsAFault(string text, string clue) =>
        Assert.EndsWith(clue, TraceVerifier.FindFault(s_corridor, s_words, DemonstrationFormat.CotTerse, text), StringComparison.Ordinal);

    [Theory]
    [InlineData(DemonstrationFormat.CotTerse, Diversity.Diverse, null)]
    [InlineData(DemonstrationFormat.CotBrief, Diversity.Frozen, null)]
    [InlineData(DemonstrationFormat.Cot, Diversity.Diverse, null)]
    [InlineData(DemonstrationFormat.CotFull, Diversity.Diverse, "everything")]
    public void Demonstrate_WithThoughts_TeachesTheMovesOfTheAnswerRows(DemonstrationFormat format, Diversity diversity, string? pool)
    {
        var plan = new DemonstrationPlan(diversity, Seed: 3, Pool: pool);
        var rows = new SokobanTask().Demonstrate(plan with { Format = format }).Take(400).ToList();

        Assert.Equal(new SokobanTask().Demonstrate(plan).Take(400).Select(row => SokobanAnswer.Read(row.Completion)), rows.Select(row => SokobanAnswer.Read(row.Completion)));
        Assert.All(rows, row => Assert.StartsWith(format == DemonstrationFormat.CotTerse ? "\nSide X: " : "\nCells are", row.Completion, StringComparison.Ordinal));
        if (diversity == Diversity.Diverse)
        {
            string[] training = ["Up", "Down", "Left", "Right"];
            Assert.All(rows, row => Assert.DoesNotContain(row.Completion.Split(' ', '\n', ',', '.', ':', ';'), word => training.Contains(word, StringComparer.OrdinalIgnoreCase)));
        }
    }

    [Fact]
    public void FindFault_RoomsOfEveryShape_FindsNoneInWhatTheTeacherWrites() => Prop.ForAll(Cases().ToArbitrary(), trace =>
        TraceVerifier.FindFault(trace.Room, s_words, trace.Format, trace.Text) is null).QuickCheckThrowOnFailure();

    [Fact]
    public void FindFault_OneCharacterChanged_AlwaysFindsIt()
    {
        var changes = from trace in Cases()
                      from at in Gen.Choose(0, trace.Text.Length - 1)
                      from character in Gen.Elements("0123456789(),.:; abcxyz#_OXPS√\n\t".ToCharArray())
                      where trace.Text[at] != character
                      select (trace.Room, trace.Format, Text: string.Concat(trace.Text.AsSpan(0, at), character.ToString(), trace.Text.AsSpan(at + 1)));
        Prop.ForAll(changes.ToArbitrary(), change => TraceVerifier.FindFault(change.Room, s_words, change.Format, change.Text) is not null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void FindFault_AReasonThatNamesTheOtherTarget_IsAFault()
    {
        const string reason = "on its way to the target at ";
        var changed = 0;
        foreach (var room in Rooms.Make(new RoomShape(6, 6, 2), 60))
        {
            var text = SokobanTrace.Write(room, s_words, SokobanSolver.FindShortest(room.Level, room.Start)!.Plan, DemonstrationFormat.Cot);
            string[] targets = [.. Enumerable.Range(0, 36).Where(cell => (room.Level.Targets & (UInt128.One << cell)) != 0).Select(cell => SokobanTrace.Cell(room.Level, cell))];
            foreach (var (one, other) in (IEnumerable<(string, string)>)[(targets[0], targets[1]), (targets[1], targets[0])])
            {
                var at = text.IndexOf(reason + one, StringComparison.Ordinal);
                if (at >= 0)
                {
                    changed++;
                    var wrong = text.Remove(at, reason.Length + one.Length).Insert(at, reason + other);
                    Assert.EndsWith("no longer brings each box to its target", TraceVerifier.FindFault(room, s_words, DemonstrationFormat.Cot, wrong), StringComparison.Ordinal);
                }
            }
        }

        Assert.InRange(changed, 10, 120);
    }

    [Fact]
    public void FindFault_AnyText_GivesAnAnswer() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        s_formats.All(format => TraceVerifier.FindFault(s_room, s_words, format, text ?? "") is not null)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("push the box at (2,4) to (2,4), a target; ")]
    [InlineData("go to (2,2) to stand behind the box at (2,4), push it to (2,5), ")]
    [InlineData("go to (9999,9999) ")]
    [InlineData("go to (0,0) ")]
    public void FindFault_AVeryLongPlan_IsReadInOneGo(string part)
    {
        var text = "\n" + SokobanTrace.Legend + "\nPlan: " + string.Concat(Enumerable.Repeat(part, 100_000));

        Assert.NotNull(TraceVerifier.FindFault(s_room, s_words, DemonstrationFormat.CotBrief, text));
    }

    [Fact]
    public void FindFault_TrainingWordsInAnotherBinding_IsAFault()
    {
        var room = SokobanInstance.Parse("######\n#PX_O#\n#____#\n######");
        var text = SokobanTrace.Write(room, SokobanBinding.Training, [Direction.Right, Direction.Right], DemonstrationFormat.Cot);

        Assert.Null(TraceVerifier.FindFault(room, SokobanBinding.Training, DemonstrationFormat.Cot, text));
        Assert.EndsWith("it says Right, a word of another binding", TraceVerifier.FindFault(room, s_words, DemonstrationFormat.Cot, text), StringComparison.Ordinal);
    }

    [Fact]
    public void FindFault_ALongerPlanThanNeeded_IsAFault()
    {
        var room = SokobanInstance.Parse("######\n#PX_O#\n#____#\n######");
        var text = SokobanTrace.Write(room, s_words, [Direction.Down, Direction.Up, Direction.Right, Direction.Right], DemonstrationFormat.Cot);

        Assert.EndsWith("no longer is as short as can be", TraceVerifier.FindFault(room, s_words, DemonstrationFormat.Cot, text), StringComparison.Ordinal);
    }

    private static Gen<(SokobanInstance Room, DemonstrationFormat Format, string Text)> Cases() =>
        from shape in Gen.Elements(new RoomShape(6, 6, 1), new RoomShape(6, 6, 2), new RoomShape(7, 9, 3))
        from seed in Gen.Choose(0, 100_000)
        from format in Gen.Elements(s_formats)
        let room = Rooms.Make(shape, 1, (ulong)seed)[0]
        select (room, format, SokobanTrace.Write(room, s_words, SokobanSolver.FindShortest(room.Level, room.Start)!.Plan, format));
}
