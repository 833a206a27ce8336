using System.Text.Json;
using Thaw.Core.Demonstrations;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks;

namespace Thaw.Core.Tests.Tasks;

/// <summary>Demonstrations of every split of every task.</summary>
public class SplitDemonstrationTests
{
    private const int N = 40;

    private static readonly string[] s_scoredOtherwise = ["sokoban/fake", "sokoban/fake-cardinal", "sokoban/fake-emoji", "points/fake", "points/fake-all-5"];

    // What diverse rows draw themselves is all that these splits are.
    private static readonly string[] s_bindingAlone =
    [
        "sokoban/alphabetical", "sokoban/numerical", "sokoban/random", "sokoban/cardinal", "sokoban/emoji", "sokoban/held-out", "sokoban/held-out-family", "sokoban/swapped",
        "points/all-5", "points/all-7", "points/all-12", "points/regular", "points/held-out", "points/held-out-mapping", "points/swapped",
    ];

    public static IEnumerable<object[]> Teachable => Plans(isTeachable: true);

    public static IEnumerable<object[]> NotTeachable => Plans(isTeachable: false);

    [Theory]
    [MemberData(nameof(Teachable))]
    public void Demonstrate_Split_GivesRightRowsOfTrainingInstances(string name, Diversity diversity, DemonstrationFormat format)
    {
        var (task, split) = Find(name);
        var rows = task.Demonstrate(new DemonstrationPlan(diversity, Seed: 3, Format: format, Split: split)).Take(N).ToList();
        var tested = task.DrawInstances(split, Fold.Test, 10, seed: 3).Concat(task.DrawInstances(split, Fold.Validation, 10, seed: 3)).Select(Canonical).ToHashSet();

        Assert.All(rows, row =>
        {
            Assert.Equal(split.Name, row.Split);
            Assert.DoesNotContain(row.InstanceId[..16], tested);
            var question = ((IScoredTask)task).ReadQuestionOrNull(new CompletionRow(new Dictionary<string, JsonElement>
            {
                ["prompt"] = JsonSerializer.SerializeToElement(row.Prompt),
                ["completion"] = JsonSerializer.SerializeToElement(row.Completion),
            }));
            Assert.Null(question!.ScoreOf(row.Completion, "thaw").Reason);
        });

        static string Canonical(IInstance instance) => instance.Id[..16];
    }

    [Theory]
    [MemberData(nameof(NotTeachable))]
    public void Demonstrate_SplitThatCannotBeTaught_SaysWhy(string name, Diversity diversity, DemonstrationFormat format)
    {
        var (task, split) = Find(name);

        var error = Assert.Throws<ArgumentException>(() => task.Demonstrate(new DemonstrationPlan(diversity, Seed: 3, Format: format, Split: split)));

        Assert.StartsWith($"Split {split.Name} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Demonstrate_DiverseRowsOfASplit_KeepWhatItDoesBesideTheBinding()
    {
        Assert.All(Prompts("sokoban/table"), prompt => Assert.Contains("| answer | direction |", prompt, StringComparison.Ordinal));
        Assert.All(Prompts("sokoban/symbols"), prompt => Assert.Contains("Push all boxes (B) onto targets (G).", prompt, StringComparison.Ordinal));
        Assert.All(Prompts("sokoban/larger"), prompt => Assert.Equal(10, prompt.Split('\n').Count(line => line.Contains('\t'))));
        Assert.All(Prompts("points/target-30"), prompt => Assert.Contains("30 points card game", prompt, StringComparison.Ordinal));
        Assert.All(Prompts("points/five"), prompt => Assert.Contains("a set of 5 cards", prompt, StringComparison.Ordinal));
    }

    [Fact]
    public void Demonstrate_FrozenRowsOfId_AreTheRowsWithoutASplit()
    {
        var (task, split) = Find("sokoban/id");

        Assert.Equal(
            task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, Seed: 3)).Take(N),
            task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, Seed: 3, Split: split)).Take(N));
    }

    [Theory]
    [InlineData(8, 7, 2)]
    [InlineData(5, 9, 1)]
    public void Resize_Rooms_AreOfThatSizeInAFamilyOfTheirOwn(int rows, int columns, int boxes)
    {
        var (task, split) = Find("sokoban/numerical");
        var resized = task.Resize(split, [rows, columns, boxes]);
        var room = task.Describe(resized, task.DrawInstances(resized, Fold.Test, 1, seed: 1)[0], seed: 1);

        Assert.NotEqual(split.InstanceFamily, resized.InstanceFamily);
        Assert.Equal((rows, columns, boxes), ((int)room["rows"]!, (int)room["cols"]!, (int)room["boxes"]!));
        Assert.Contains("where 1 is Up", task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, Seed: 3, Split: resized)).First().Prompt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sokoban/id", "--rows must lie between 3 and 128, not 2.", 2, 9, 1)]
    [InlineData("sokoban/id", "A room holds at most 128 cells, not 20 × 20.", 20, 20, 1)]
    [InlineData("sokoban/id", "No 3 × 4 room with 5 box(es)", 3, 4, 5)]
    [InlineData("sokoban/id", "A room is described by rows, cols, boxes.", 3, 4)]
    [InlineData("points/id", "Instances of points have no size to choose.", 5)]
    public void Resize_WhatThereCannotBe_SaysSo(string name, string message, params int[] sizes)
    {
        var (task, split) = Find(name);

        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => task.Resize(split, sizes)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Prompts(string name)
    {
        var (task, split) = Find(name);
        return [.. task.Demonstrate(new DemonstrationPlan(Diversity.Diverse, Seed: 3, Split: split)).Take(N).Select(row => row.Prompt)];
    }

    private static IEnumerable<object[]> Plans(bool isTeachable) =>
        from task in TaskCatalog.All
        from split in task.Splits
        from diversity in Enum.GetValues<Diversity>()
        from format in new[] { DemonstrationFormat.Answer, DemonstrationFormat.CotFull }
        let name = $"{task.Name}/{split.Name}"
        where isTeachable != (s_scoredOtherwise.Contains(name)
            || (diversity == Diversity.Diverse && s_bindingAlone.Contains(name))
            || (name == "sokoban/empty" && (diversity == Diversity.Diverse || format != DemonstrationFormat.Answer)))
        select new object[] { name, diversity, format };

    private static (ITask Task, Split Split) Find(string name)
    {
        var task = TaskCatalog.Find(name.Split('/')[0]);
        return (task, task.FindSplit(name.Split('/')[1]));
    }
}
