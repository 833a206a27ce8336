using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class SokobanLevelTests
{
    [Theory]
    [InlineData("######\n#PX_O#\n######", Direction.Right, "######\n#_PXO#\n######")]
    [InlineData("######\n#_PXO#\n######", Direction.Right, "######\n#__P√#\n######")]
    [InlineData("######\n#_P√_#\n######", Direction.Right, "######\n#__SX#\n######")]
    [InlineData("######\n#S_X_#\n######", Direction.Right, "######\n#OPX_#\n######")]
    [InlineData("######\n#_PXO#\n######", Direction.Left, "######\n#P_XO#\n######")]
    [InlineData("######\n#_PXO#\n######", Direction.Up, "######\n#_PXO#\n######")]
    [InlineData("#######\n#PXX_O#\n#____O#\n#######", Direction.Right, "#######\n#PXX_O#\n#____O#\n#######")]
    [InlineData("######\n#O_PX#\n######", Direction.Right, "######\n#O_PX#\n######")]
    public void Step_OneMove_GivesTheDrawnPosition(string before, Direction move, string after)
    {
        var (level, state) = SokobanDrawing.Parse(before);

        Assert.Equal(after, NaiveSokoban.Bare(SokobanDrawing.Draw(level, level.Step(state, move))));
    }

    [Fact]
    public void Step_RandomPlay_AgreesWithTheSlowTwin()
    {
        var random = SplitMix64.For(3, "play");
        foreach (var room in Rooms.Make(new RoomShape(8, 7, 3), 20))
        {
            var (state, board) = (room.Start, NaiveSokoban.Bare(room.Drawing));
            for (var move = 0; move < 100; move++)
            {
                var direction = (Direction)random.NextInt(4);
                (state, board) = (room.Level.Step(state, direction), NaiveSokoban.Step(board, direction));
                Assert.Equal(board, NaiveSokoban.Bare(SokobanDrawing.Draw(room.Level, state)));
            }
        }
    }

    [Fact]
    public void Draw_Room_IsThePapersText()
    {
        var room = SokobanInstance.Parse("####\n#PX#\n#_O#\n####");

        Assert.Equal(" # \t # \t # \t # \t\n # \t P \t X \t # \t\n # \t _ \t O \t # \t\n # \t # \t # \t # \t", room.Drawing);
    }

    [Fact]
    public void Parse_WhatDrawWrote_GivesTheSameRoom() =>
        Assert.All(Rooms.Make(new RoomShape(10, 10, 2), 20), room => Assert.Equal(room, SokobanInstance.Parse(room.Drawing)));

    [Theory]
    [InlineData("###\n#P#\n###X", "Row 3 has 4 cells, but row 1 has 3.")]
    [InlineData("###\n#Z#\n###", "Unknown symbol 'Z' at row 2, column 2.")]
    [InlineData("###\n#_#\n###", "A room needs exactly one player (P or S), not 0.")]
    [InlineData("####\n#PS#\n####", "A room needs exactly one player (P or S), not 2.")]
    [InlineData("###\n#_P\n###", "The edge of a room must be wall, but row 2, column 3 is 'P'.")]
    [InlineData("####\n#PX#\n####", "A room needs as many boxes as targets, not 1 and 0.")]
    [InlineData("", "A room needs exactly one player (P or S), not 0.")]
    public void Parse_BadRoom_SaysWhatAndWhere(string room, string message)
    {
        Assert.Equal(message, Assert.Throws<FormatException>(() => SokobanDrawing.Parse(room)).Message);
    }

    [Fact]
    public void Parse_RoomOf130Cells_SaysHowManyFit()
    {
        var room = string.Join('\n', Enumerable.Repeat(new string('#', 13), 10));

        Assert.Equal("A room holds at most 128 cells, not 10 × 13.", Assert.Throws<FormatException>(() => SokobanDrawing.Parse(room)).Message);
    }
}
