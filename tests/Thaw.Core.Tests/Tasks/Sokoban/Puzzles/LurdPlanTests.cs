using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Core.Tests.Tasks.Sokoban.Puzzles;

public class LurdPlanTests
{
    private static readonly SokobanPuzzle s_puzzle = SokobanPuzzle.Parse(["#######", "#@ $ .#", "#     #", "#######"]);

    [Fact]
    public void Write_WalksAndPushes_AreSmallAndCapitalLetters() =>
        Assert.Equal("rRR", LurdPlan.Write(s_puzzle, [Direction.Right, Direction.Right, Direction.Right]));

    [Fact]
    public void Write_ABlockedMove_IsRefused() => Assert.Throws<ArgumentException>(() => LurdPlan.Write(s_puzzle, [Direction.Up]));

    [Theory]
    [InlineData("rRR", true, 3, 2, null)]
    [InlineData("r2R", true, 3, 2, null)]
    [InlineData("dru RR\n", true, 5, 2, null)]
    [InlineData("rR", false, 2, 1, "not every box is on a target")]
    [InlineData("rrR", false, 1, 0, "character 2, 'r', pushes a box, yet small letters walk")]
    [InlineData("RRR", false, 0, 0, "character 1, 'R', pushes no box, yet capital letters push")]
    [InlineData("u", false, 0, 0, "character 1, 'u', is blocked")]
    [InlineData("r9999999999999R", false, 3, 2, "character 15, 'R', is blocked")]
    [InlineData("rRx", false, 2, 1, "character 3, 'x', is none of l u r d L U R D")]
    [InlineData("", false, 0, 0, "not every box is on a target")]
    public void Check_APlan_SaysHowFarItGoes(string lurd, bool isSolved, int moves, int pushes, string? fault) =>
        Assert.Equal(new LurdCheck(isSolved, moves, pushes, fault), LurdPlan.Check(s_puzzle, lurd));

    [Fact]
    public void Check_AnyText_GivesAnAnswer() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        LurdPlan.Check(s_puzzle, text ?? "") is { } check && check.IsSolved == (check.Fault is null)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("dlru")]
    [InlineData("99999999999999999999")]
    [InlineData("9l9r")]
    [InlineData("\u0131")]
    public void Check_AMegabyte_IsReadInOneGo(string part) =>
        Assert.NotNull(LurdPlan.Check(s_puzzle, string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length))).Fault);
}
