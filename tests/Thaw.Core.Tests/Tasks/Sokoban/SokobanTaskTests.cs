using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Words;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class SokobanTaskTests
{
    private static readonly SokobanTask s_task = new();

    [Fact]
    public void Splits_Names_AreInTheOrderOfTheTables() => Assert.Equal(
        ["id", "alphabetical", "numerical", "random", "cardinal", "emoji", "held-out", "fake", "larger", "two-boxes", "complex", "empty", "fake-cardinal", "fake-emoji",
         "held-out-family", "swapped", "distractor", "table", "prose", "german", "symbols", "paraphrased"],
        s_task.Splits.Select(split => split.Name));

    [Fact]
    public void DrawInstances_SplitsOfOneFamily_GetTheSameInstances()
    {
        var families = s_task.Splits.Where(split => split.InstanceFamily == "6x6-1");

        Assert.Single(families.Select(split => string.Join(' ', s_task.DrawInstances(split, Fold.Test, 20, seed: 1).Select(i => i.Id))).Distinct());
    }

    [Fact]
    public void DrawInstances_AnySeeds_KeepTheFoldsApart()
    {
        var id = s_task.FindSplit("id");
        HashSet<string> Ids(Fold fold, ulong seed) => [.. s_task.DrawInstances(id, fold, 100, seed).Select(instance => instance.Id)];

        Assert.Empty(Ids(Fold.Test, 1).Intersect(Ids(Fold.Train, 2)));
        Assert.Empty(Ids(Fold.Test, 1).Intersect(Ids(Fold.Validation, 1)));
        Assert.Empty(Ids(Fold.Train, 1).Intersect(Ids(Fold.Validation, 2)));
    }

    [Fact]
    public void Demonstrate_Positions_AreNeverTestOrValidationInstances()
    {
        var rows = s_task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, Seed: 1)).Take(5000);
        var trained = rows.Select(row => SokobanInstance.Parse(BoardOf(row)).Id).ToHashSet();

        Assert.All([Fold.Test, Fold.Validation], fold =>
            Assert.DoesNotContain(s_task.DrawInstances(s_task.FindSplit("id"), fold, 100, seed: 1), instance => trained.Contains(instance.Id)));
    }

    [Fact]
    public void DrawInstances_Drawn_AreDifferentAndCanBeSolvedInAnEpisode()
    {
        var instances = s_task.DrawInstances(s_task.FindSplit("two-boxes"), Fold.Test, 100, seed: 3).Cast<SokobanInstance>().ToList();

        Assert.Equal(100, instances.Select(instance => instance.Id).Distinct().Count());
        Assert.All(instances, instance => Assert.InRange(SokobanSolver.FindShortest(instance.Level, instance.Start)!.Plan.Count, 1, SokobanEpisode.MaxTurns));
    }

    [Fact]
    public void DrawInstances_MoreThanThereAre_SaysHowManyThereAre()
    {
        var task = new SokobanTask { MaxDrawsWithoutNew = 100 };
        var error = Assert.Throws<ArgumentException>(() => task.DrawInstances(task.FindSplit("id"), Fold.Test, 100_000, seed: 1));

        Assert.Matches(@"^Found only \d+ of 100000 different 6x6-1 rooms in the Test fold\.$", error.Message);
    }

    [Fact]
    public void DrawInstances_NeighbouringSeeds_ShareNoMoreThanChance()
    {
        var id = s_task.FindSplit("id");
        var one = s_task.DrawInstances(id, Fold.Test, 100, seed: 1).Select(instance => instance.Id).ToList();
        var next = s_task.DrawInstances(id, Fold.Test, 100, seed: 2).Select(instance => instance.Id).ToList();

        Assert.DoesNotContain(one.Skip(1).Zip(next), pair => pair.First == pair.Second);
        Assert.NotEqual(one, next);
    }

    [Fact]
    public void Begin_HeldOut_StatesWordsOfTheHeldOutPartForEachInstance()
    {
        var split = s_task.FindSplit("held-out");
        var bindings = s_task.DrawInstances(split, Fold.Test, 50, seed: 1).Select(instance => s_task.Begin(split, instance, seed: 1).StatedBinding).ToList();

        Assert.Equal(50, bindings.Distinct().Count());
        Assert.All(bindings, binding => Assert.All(binding.Split(' '), word => Assert.Contains(word[(word.IndexOf('=') + 1)..], Lexicon.Default.HeldOut)));
        Assert.Equal(bindings, s_task.DrawInstances(split, Fold.Test, 50, seed: 1).Select(instance => s_task.Begin(split, instance, seed: 1).StatedBinding));
    }

    [Fact]
    public void Begin_Fake_StatesOneBindingAndScoresAnother()
    {
        var split = s_task.FindSplit("fake");
        var episode = s_task.Begin(split, s_task.DrawInstances(split, Fold.Test, 1, seed: 1)[0], seed: 1);

        Assert.Equal("Up=1 Down=2 Left=3 Right=4", episode.StatedBinding);
        Assert.Equal("Up=Up Down=Down Left=Left Right=Right", episode.ScoredBinding);
    }

    [Theory]
    [InlineData("sokobahn", "unknown task 'sokobahn'; the nearest known one is 'sokoban'")]
    public void Find_MisspeltTask_NamesTheNearest(string name, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => TaskCatalog.Find(name)).Message);

    [Fact]
    public void FindSplit_MisspeltSplit_NamesTheNearest() => Assert.Equal(
        "unknown sokoban split 'numercal'; the nearest known one is 'numerical'",
        Assert.Throws<ArgumentException>(() => s_task.FindSplit("numercal")).Message);

    internal static string BoardOf(Demonstration row)
    {
        var start = row.Prompt.IndexOf("[Current Observation]:\n", StringComparison.Ordinal) + "[Current Observation]:\n".Length;
        return row.Prompt[start..row.Prompt.IndexOf("\nDecide", StringComparison.Ordinal)];
    }
}
