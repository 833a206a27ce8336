using Thaw.Core.Words;

namespace Thaw.Core.Tests.Words;

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

    [Fact]
    public void Wide_Words_AreAllDifferentWhenLowerCased()
    {
        var words = LexiconCatalog.Wide.Families.SelectMany(family => family.Training.Concat(family.HeldOut)).Select(word => word.ToLowerInvariant()).ToList();

        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.InRange(words.Count, 800, 2000);
    }

    [Fact]
    public void Wide_Families_AreOfEightKindsWithTwoHeldOutWhole()
    {
        Assert.Equal(
            ["common words", "rare words", "letters", "numbers", "symbols", "other scripts", "syllables", "emoji"],
            LexiconCatalog.Wide.Families.Select(family => family.Name));
        Assert.Equal(["syllables", "emoji"], LexiconCatalog.Wide.Families.Where(family => family.IsHeldOut).Select(family => family.Name));
        Assert.All(LexiconCatalog.Wide.Families.Where(family => !family.IsHeldOut), family =>
            Assert.InRange(family.HeldOut.Count / (double)(family.HeldOut.Count + family.Training.Count), 0.2, 0.3));
    }

    [Fact]
    public void Wide_TrainingWords_AreNeitherHeldOutOfThawNorWordsOfASplitNorSymbolsOfABoard()
    {
        string[] others = ["Up", "Down", "Left", "Right", "North", "South", "West", "East", "⬆️", "⬇️", "⬅️", "➡️", "1", "2", "3", "4", "A", "B", "C", "D", "*", "&", "M", "#", "_", "O", "√", "X", "P", "S", "|", "<", ">"];

        Assert.Empty(LexiconCatalog.Wide.Training.Intersect(Lexicon.Default.HeldOut));
        Assert.Empty(LexiconCatalog.Wide.Training.Intersect(others, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Paper_Pool_HasTheKnownProperties()
    {
        var paper = LexiconCatalog.Paper;

        Assert.Equal(["animals", "nature", "colors", "objects", "food", "actions", "abstract"], paper.Families.Select(family => family.Name));
        Assert.All(paper.Families, family => Assert.Equal(30, family.Training.Count));
        Assert.Equal(206, paper.Training.Distinct().Count());
        Assert.Equal(["fish", "lime", "mouse", "orange"], paper.Training.CountBy(word => word).Where(pair => pair.Value == 2).Select(pair => pair.Key).Order());
        Assert.Subset(paper.Training.ToHashSet(), new HashSet<string> { "push", "pull", "move", "start", "stop" });
        Assert.All(paper.Training, word => Assert.Matches("^[a-z]+$", word));
        Assert.Empty(paper.HeldOut);
    }
}
