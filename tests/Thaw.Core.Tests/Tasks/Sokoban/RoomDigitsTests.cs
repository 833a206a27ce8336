using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class RoomDigitsTests
{
    private const string Room = "######\n#S√X_#\n#OX__#\n######";

    [Fact]
    public void FixedAndState_EveryKindOfCell_HasItsDigit()
    {
        var room = SokobanInstance.Parse(Room);

        Assert.Equal(["000000", "022110", "021110", "000000"], RoomDigits.Fixed(room.Level));
        Assert.Equal(["000000", "053410", "024110", "000000"], RoomDigits.State(room.Level, room.Start));
    }

    [Fact]
    public void Parse_WhatWasWritten_IsTheRoom()
    {
        var room = SokobanInstance.Parse(Room);

        Assert.Equal(room, RoomDigits.Parse(RoomDigits.Fixed(room.Level), RoomDigits.State(room.Level, room.Start)));
    }

    [Theory]
    [InlineData("000 010 000", "000 070 000", "'7' cannot stand on '1'.")]
    [InlineData("000 010 000", "000 050", "fixed and state are not of one size.")]
    [InlineData("000 010 000", "000 010 000", "exactly one player")]
    public void Parse_Nonsense_SaysWhy(string still, string state, string clue) => Assert.Contains(
        clue, Assert.Throws<FormatException>(() => RoomDigits.Parse(still.Split(' '), state.Split(' '))).Message, StringComparison.Ordinal);

    [Fact]
    public void Describe_RoomWithoutAPlan_HasNullForIt()
    {
        var row = RoomDigits.Describe(SokobanInstance.Parse("#####\n#X_O#\n#_P_#\n#####"));

        Assert.True(row.ContainsKey("shortest"));
        Assert.Null(row["shortest"]);
    }
}
