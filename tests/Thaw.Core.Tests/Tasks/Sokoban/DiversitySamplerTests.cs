using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Words;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class DiversitySamplerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public void Draw_ADose_UsesExactlySoManyBindings(int dose)
    {
        var plan = new DemonstrationPlan(Diversity.Diverse, Seed: 1, Dose: dose);

        Assert.Equal(dose, Draw(plan, 64 * 20).Distinct().Count());
    }

    [Fact]
    public void Draw_ALargerDose_ContainsTheSmallerOne()
    {
        var (few, many) = (Draw(new(Diversity.Diverse, Seed: 1, Dose: 4), 500), Draw(new(Diversity.Diverse, Seed: 1, Dose: 16), 2000));

        Assert.Subset(many.ToHashSet(), few.ToHashSet());
        Assert.NotEqual(Draw(new(Diversity.Diverse, Seed: 2, Dose: 1), 1), Draw(new(Diversity.Diverse, Seed: 1, Dose: 1), 1));
    }

    [Fact]
    public void Draw_ADoseWithAShareOfTheDefault_KeepsBoth()
    {
        var drawn = Draw(new(Diversity.Diverse, Seed: 1, DefaultBindingShare: 0.5, Dose: 2), 2000);

        Assert.Equal(3, drawn.Distinct().Count());
        Assert.Equal(0.5, drawn.Count(binding => binding == SokobanBinding.Training) / 2000.0, tolerance: 0.045);
    }

    [Fact]
    public void Draw_ThePoolWide_SeesEveryTrainingWordAndNoHeldOutOne()
    {
        var words = Draw(new(Diversity.Diverse, Seed: 1, Pool: "wide"), 20_000).SelectMany(WordsOf).ToHashSet();

        Assert.Equal(LexiconCatalog.Wide.Training.Order(StringComparer.Ordinal), words.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Draw_ThePoolWide_MostlyTakesFourWordsOfOneFamily()
    {
        var families = LexiconCatalog.Wide.Families;
        var drawn = Draw(new(Diversity.Diverse, Seed: 1, Pool: "wide"), 4000);

        // Four draws in five take one family, and a mixed one seldom does so by chance.
        Assert.InRange(drawn.Count(binding => families.Any(family => WordsOf(binding).All(family.Training.Contains))) / 4000.0, 0.77, 0.90);
        Assert.All(drawn, binding => Assert.Equal(4, WordsOf(binding).Distinct(StringComparer.OrdinalIgnoreCase).Count()));
    }

    [Fact]
    public void Draw_ThePoolPaper_RepeatsAWordAsSeldomAsThePaper()
    {
        // Two of four entries are the same one of four pairs: 4 pairs × 6 places / (210 × 209 / 2 × ...) = 6 × 4 / 21,945 a row.
        var repeated = Draw(new(Diversity.Diverse, Seed: 1, Pool: "paper"), 40_000).Count(binding => WordsOf(binding).Distinct().Count() == 3);

        Assert.InRange(repeated, 20, 75);
    }

    [Fact]
    public void Draw_ThePoolParaphrased_UsesTheStandardAndEveryTrainingWording()
    {
        var wordings = Draw(new(Diversity.Diverse, Seed: 1, Pool: "paraphrased"), 1000).Select(binding => binding.Wording.Name).Distinct().Order();

        Assert.Equal(SokobanWording.Training.Select(wording => wording.Name).Append("standard").Order(), wordings);
    }

    [Fact]
    public void New_MisspeltPool_NamesTheNearest() => Assert.Equal(
        "unknown pool of bindings 'papper'; the nearest known one is 'paper'",
        Assert.Throws<ArgumentException>(() => new DiversitySampler(new(Diversity.Diverse, Seed: 1, Pool: "papper"))).Message);

    private static List<SokobanBinding> Draw(DemonstrationPlan plan, int count)
    {
        var (sampler, random) = (new DiversitySampler(plan), SplitMix64.For(plan.Seed, "words"));
        return [.. Enumerable.Range(0, count).Select(_ => sampler.Draw(random))];
    }

    private static string[] WordsOf(SokobanBinding binding) => [binding.Words.Up, binding.Words.Down, binding.Words.Left, binding.Words.Right];
}
