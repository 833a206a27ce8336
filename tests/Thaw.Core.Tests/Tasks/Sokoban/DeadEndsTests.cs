using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class DeadEndsTests
{
    public static TheoryData<int, int, int, int> Shapes { get; } = new()
    {
        { 6, 6, 1, 200 }, { 6, 6, 2, 60 }, { 6, 6, 3, 10 }, { 8, 8, 2, 20 }, { 10, 10, 1, 60 }, { 10, 10, 2, 12 }, { 4, 32, 2, 6 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void CanBeSolved_ThingsPutAnywhere_AgreesWithTheShortestPlan(int rows, int columns, int boxes, int rooms)
    {
        var random = SplitMix64.For(3, "anywhere");
        var (solvable, dead) = (0, 0);
        foreach (var room in Rooms.Make(new RoomShape(rows, columns, boxes), rooms, seed: 3))
        {
            for (var i = 0; i < 4; i++)
            {
                var state = Anywhere(room.Level, boxes, random);
                var expected = SokobanSolver.FindShortest(room.Level, state) is not null;
                Assert.Equal(expected, SokobanSolver.CanBeSolved(room.Level, state));
                (solvable, dead) = expected ? (solvable + 1, dead) : (solvable, dead + 1);
            }
        }

        Assert.True(Math.Min(solvable, dead) >= 5, $"{solvable} positions can be solved and {dead} cannot: too few of one kind to show anything.");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void CanBeSolvedAfterPush_RandomPlay_AgreesWithTheShortestPlan(int rows, int columns, int boxes, int rooms)
    {
        var random = SplitMix64.For(4, "play");
        var (takenBack, dead) = (0, 0);
        foreach (var room in Rooms.Make(new RoomShape(rows, columns, boxes), rooms, seed: 4))
        {
            var state = room.Start;
            for (var move = 0; move < 60; move++)
            {
                var next = room.Level.Step(state, (Direction)random.NextInt(4));
                if (next.Boxes != state.Boxes)
                {
                    var expected = SokobanSolver.FindShortest(room.Level, next) is not null;
                    Assert.Equal(expected, room.Level.DeadEnds.CanBeSolvedAfterPush(state, next));
                    (takenBack, dead) = expected ? (takenBack + 1, dead) : (takenBack, dead + 1);
                    next = expected ? next : state;
                }

                state = next;
            }
        }

        Assert.True(Math.Min(takenBack, dead) >= 5, $"{takenBack} pushes left the room solvable and {dead} did not: too few of one kind to show anything.");
    }

    [Fact]
    public void CanBeSolved_RoomsOfAnyFloor_AgreesWithTheShortestPlan() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = SplitMix64.For(unchecked((ulong)seed), "floor");
        var (rows, columns) = (4 + random.NextInt(3), 4 + random.NextInt(4));
        UInt128 walls = 0;
        for (var cell = 0; cell < rows * columns; cell++)
        {
            var (row, column) = Math.DivRem(cell, columns);
            var isEdge = row == 0 || column == 0 || row == rows - 1 || column == columns - 1;
            walls |= isEdge || random.NextBool(0.15) ? UInt128.One << cell : 0;
        }

        var boxes = 1 + random.NextInt(2);
        var floor = (rows * columns) - (int)UInt128.PopCount(walls);
        if (floor <= boxes + 1)
        {
            return true;
        }

        var level = new SokobanLevel(rows, columns, walls, 0);
        level = new SokobanLevel(rows, columns, walls, Anywhere(level, boxes, random).Boxes);
        var state = Anywhere(level, boxes, random);
        return SokobanSolver.CanBeSolved(level, state) == (SokobanSolver.FindShortest(level, state) is not null);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(1_000_000_000));

    [Fact]
    public void CanBeSolved_WithinABudget_TellsWhatItCan()
    {
        var (lost, open) = (SokobanInstance.Parse("#####\n#X_O#\n#_P_#\n#####"), SokobanInstance.Parse("#######\n#P____#\n#_X___#\n#____O#\n#######"));

        Assert.Equal([false, null, true], (bool?[])[SokobanSolver.CanBeSolved(lost.Level, lost.Start, 0), SokobanSolver.CanBeSolved(open.Level, open.Start, 1), SokobanSolver.CanBeSolved(open.Level, open.Start, 100)]);
    }

    [Fact]
    public void DeadEnds_OfALevel_AreNoPartOfItsValue()
    {
        var (one, other) = (SokobanInstance.Parse("#####\n#PXO#\n#####"), SokobanInstance.Parse("#####\n#PXO#\n#####"));

        Assert.True(SokobanSolver.CanBeSolved(one.Level, one.Start));
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one.Level, SokobanInstance.Parse("#####\n#OXP#\n#####").Level);
    }

    private static SokobanState Anywhere(SokobanLevel level, int boxes, SplitMix64 random)
    {
        var cells = Enumerable.Range(0, level.Rows * level.Columns).Where(cell => (level.Walls & (UInt128.One << cell)) == 0).ToArray();
        random.Shuffle(cells);
        return new SokobanState(cells.Take(boxes).Aggregate(UInt128.Zero, (set, cell) => set | (UInt128.One << cell)), cells[boxes]);
    }
}
