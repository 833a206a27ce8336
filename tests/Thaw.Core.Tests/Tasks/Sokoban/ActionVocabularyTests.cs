using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Words;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class ActionVocabularyTests
{
    [Theory]
    [InlineData("Up", Direction.Up)]
    [InlineData(" dOWN\n", Direction.Down)]
    [InlineData("LEFT", Direction.Left)]
    [InlineData("right", Direction.Right)]
    [InlineData("Up, Down", null)]
    [InlineData("Upp", null)]
    [InlineData("", null)]
    [InlineData("1", null)]
    public void Read_Answer_TakesExactlyOneWordWhateverItsCase(string answer, Direction? expected) =>
        Assert.Equal(expected, ActionVocabulary.Training.Read(answer));

    [Theory]
    [InlineData("a", "A")]
    [InlineData("a", "a")]
    public void New_TwoWordsAlikeWhenLowered_Throws(string one, string other) =>
        Assert.Throws<ArgumentException>(() => new ActionVocabulary(one, "b", other, "c"));

    [Theory]
    [InlineData("")]
    [InlineData(" fox")]
    public void New_EmptyOrPaddedWord_Throws(string word) => Assert.Throws<ArgumentException>(() => new ActionVocabulary(word, "b", "c", "d"));

    [Fact]
    public void Draw_ManyPrompts_GivesFourDifferentTrainingWords()
    {
        var sampler = new DiversitySampler(new DemonstrationPlan(Diversity.Diverse, Seed: 1));
        var random = SplitMix64.For(1, "words");
        var seen = new HashSet<string>();
        for (var i = 0; i < 2000; i++)
        {
            var words = sampler.Draw(random).Words;
            string[] four = [words.Up, words.Down, words.Left, words.Right];
            Assert.Equal(4, four.Distinct().Count());
            seen.UnionWith(four);
        }

        Assert.Equal(Lexicon.Default.Training.Order(), seen.Order());
    }

    [Fact]
    public void Draw_DefaultBindingShare_KeepsTheTrainingPromptInThatShareOfRows()
    {
        var sampler = new DiversitySampler(new DemonstrationPlan(Diversity.Diverse, Seed: 1, DefaultBindingShare: 0.25));
        var random = SplitMix64.For(1, "words");

        var share = Enumerable.Range(0, 4000).Count(_ => sampler.Draw(random) == SokobanBinding.Training) / 4000.0;

        // Four standard errors.
        Assert.Equal(0.25, share, tolerance: 0.028);
    }

    [Fact]
    public void Draw_MarkShare_GivesFourMarksOfNoSplitInThatShareOfRows()
    {
        var sampler = new DiversitySampler(new DemonstrationPlan(Diversity.Diverse, Seed: 1, MarkShare: 0.25));
        var random = SplitMix64.For(1, "words");
        var ofSplits = new SokobanTask().Splits.Where(split => !split.Name.StartsWith("held-out", StringComparison.Ordinal))
            .SelectMany(split => new SokobanTask().DrawInstances(split, Fold.Test, 1, 1).Select(room => new SokobanTask().Begin(split, room, 1).StatedBinding))
            .SelectMany(WordsIn).ToHashSet();

        var drawn = Enumerable.Range(0, 4000).Select(_ => WordsIn(sampler.Draw(random).Words.ToString()).ToList()).ToList();

        Assert.Superset(new HashSet<string> { "1", "A", "M", "*", "Up" }, ofSplits);
        Assert.Equal(0.25, drawn.Count(words => words.All(word => word.Length == 1)) / 4000.0, tolerance: 0.028);
        Assert.All(drawn, words => Assert.True(words.All(word => word.Length == 1) || words.All(word => word.Length > 1)));
        Assert.Empty(drawn.SelectMany(words => words).Intersect(ofSplits));

        static IEnumerable<string> WordsIn(string binding) => binding.Split(' ').Select(part => part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..]);
    }
}
