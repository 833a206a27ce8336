using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class LexiconTests
{
    private static readonly string[] s_all = [.. Lexicon.Default.Training, .. Lexicon.Default.HeldOut];

    [Fact]
    public void Words_BothParts_AreAllDifferent() => Assert.Equal(s_all.Length, s_all.Distinct().Count());

    [Fact]
    public void Words_All_ArePlainLowerCaseWords() => Assert.All(s_all, word => Assert.Matches("^[a-z]{2,}$", word));

    [Fact]
    public void Words_None_BelongsToASplitOrTheRulesOfTheGame()
    {
        string[] taken = ["up", "down", "left", "right", "north", "south", "west", "east", "top", "bottom", "push", "pull", "move", "box", "wall", "floor", "target", "player", "answer", "think", "where", "is"];

        Assert.Empty(s_all.Intersect(taken));
    }

    [Fact]
    public void HeldOut_Share_IsAboutAQuarter() => Assert.InRange(Lexicon.Default.HeldOut.Count / (double)s_all.Length, 0.2, 0.3);
}
