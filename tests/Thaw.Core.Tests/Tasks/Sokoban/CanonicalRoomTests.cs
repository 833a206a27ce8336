using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class CanonicalRoomTests
{
    [Fact]
    public void Id_RotatedOrMirroredRoom_IsTheSame()
    {
        var shapes = Gen.Elements(new RoomShape(6, 6, 1), new RoomShape(5, 8, 2), new RoomShape(7, 6, 1));
        var cases = shapes.SelectMany(shape => Gen.Choose(0, int.MaxValue), (shape, seed) => Rooms.Make(shape, 1, (ulong)seed)[0]);
        Prop.ForAll(cases.ToArbitrary(), room => Symmetries(room).All(other => other.Id == room.Id && other.Fold == room.Fold))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Id_AnyOtherRoom_IsDifferent()
    {
        var rooms = Rooms.Make(Rooms.Small, 1000);
        var forms = rooms.Select(room => Symmetries(room).Select(other => other.Drawing).Min(StringComparer.Ordinal)).Distinct().Count();

        Assert.Equal(forms, rooms.Select(room => room.Id).Distinct().Count());
    }

    [Fact]
    public void FoldOf_EveryPositionOfARoom_IsTheRoomsFold()
    {
        var room = Rooms.Make(Rooms.Small, 1)[0];
        var moved = room with { Start = room.Level.Step(room.Start, SokobanSolver.FindShortest(room.Level, room.Start)!.Plan[0]) };

        Assert.NotEqual(room.Id, moved.Id);
        Assert.Equal(room.Fold, moved.Fold);
    }

    [Fact]
    public void FoldOf_ManyRooms_FillsEveryFold()
    {
        var shares = Rooms.Make(new RoomShape(10, 10, 1), 2000).CountBy(room => room.Fold).ToDictionary();

        // Four standard errors of a share of 0.1 among 2,000.
        Assert.Equal(0.1, shares[Fold.Test] / 2000.0, tolerance: 0.027);
        Assert.Equal(0.1, shares[Fold.Validation] / 2000.0, tolerance: 0.027);
    }

    private static IEnumerable<SokobanInstance> Symmetries(SokobanInstance room)
    {
        var board = NaiveSokoban.Bare(room.Drawing).Split('\n');
        for (var turn = 0; turn < 4; turn++)
        {
            yield return SokobanInstance.Parse(string.Join('\n', board));
            yield return SokobanInstance.Parse(string.Join('\n', board.Reverse()));
            board = [.. Enumerable.Range(0, board[0].Length).Select(column => new string([.. board.Reverse().Select(row => row[column])]))];
        }
    }
}
