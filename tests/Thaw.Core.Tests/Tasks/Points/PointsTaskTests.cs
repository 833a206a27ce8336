using System.Globalization;
using System.Text.RegularExpressions;
using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public partial class PointsTaskTests
{
    private static readonly PointsTask s_task = new();

    [Fact]
    public void Splits_Names_AreInTheOrderOfTheTables() => Assert.Equal(
        [
            "id", "all-5", "all-7", "all-12", "regular", "held-out", "held-out-mapping", "swapped", "target-30", "operators", "table", "prose", "german", "distractor",
            "fake", "fake-all-5", "large", "five", "six", "paraphrase",
        ],
        s_task.Splits.Select(split => split.Name));

    // Cards, kind, stated and scored: the table of the paper.
    [Theory]
    [InlineData("id", SplitKind.Id, 4, "J=10 Q=10 K=10", "J=10 Q=10 K=10")]
    [InlineData("all-5", SplitKind.Instruction, 4, "J=5 Q=5 K=5", "J=5 Q=5 K=5")]
    [InlineData("all-7", SplitKind.Instruction, 4, "J=7 Q=7 K=7", "J=7 Q=7 K=7")]
    [InlineData("all-12", SplitKind.Instruction, 4, "J=12 Q=12 K=12", "J=12 Q=12 K=12")]
    [InlineData("regular", SplitKind.Instruction, 4, "J=11 Q=12 K=13", "J=11 Q=12 K=13")]
    [InlineData("large", SplitKind.Difficulty, 4, "J=10 Q=10 K=10", "J=10 Q=10 K=10")]
    [InlineData("five", SplitKind.Difficulty, 5, "J=10 Q=10 K=10", "J=10 Q=10 K=10")]
    [InlineData("fake", SplitKind.Fake, 4, "J=11 Q=12 K=13", "J=10 Q=10 K=10")]
    [InlineData("fake-all-5", SplitKind.Fake, 4, "J=5 Q=5 K=5", "J=10 Q=10 K=10")]
    public void Begin_SplitsOfThePaper_StateAndScoreItsRules(string name, SplitKind kind, int cards, string stated, string scored)
    {
        var split = s_task.FindSplit(name);
        foreach (var hand in Draw(split, Fold.Test, 20))
        {
            var episode = s_task.Begin(split, hand, seed: 1);

            Assert.Equal((kind, cards, stated, scored), (split.Kind, hand.Cards.Count, episode.StatedBinding, episode.ScoredBinding));
            Assert.True(name == "five" || hand.Cards.Any(name == "large" ? card => card.Number >= 14 : card => card.IsFace));
        }
    }

    [Fact]
    public void DrawInstances_SplitsOfOneFamily_GetTheSameHands()
    {
        var paired = s_task.Splits.Where(split => split.InstanceFamily == s_task.Splits[0].InstanceFamily).ToList();

        Assert.Equal(["held-out-mapping", "large", "five", "six"], s_task.Splits.Except(paired).Select(split => split.Name));
        Assert.Single(paired.Select(split => string.Join(' ', Draw(split, Fold.Test, 60).Select(hand => hand.Id))).Distinct());
    }

    [Fact]
    public void DrawInstances_EverySplit_GivesHandsThatCanBeSolvedAsStatedAndAsScored()
    {
        foreach (var split in s_task.Splits)
        {
            foreach (var hand in Draw(split, Fold.Test, 60))
            {
                var episode = s_task.Begin(split, hand, seed: 5);

                Assert.True(NaiveOrFast(hand, episode.StatedBinding) && NaiveOrFast(hand, episode.ScoredBinding), $"{split.Name} {hand}");
            }
        }

        static bool NaiveOrFast(PointsInstance hand, string binding) => PointsSolver.CanMake(RuleOf(binding).Faces.ValuesOf(hand.Cards), RuleOf(binding).Target);
    }

    [Theory]
    [InlineData(Diversity.Frozen, null)]
    [InlineData(Diversity.Diverse, null)]
    [InlineData(Diversity.Diverse, "paper")]
    public void Demonstrate_AnyPlan_SharesNoValuesWithTestOrValidation(Diversity diversity, string? pool)
    {
        var trained = s_task.Demonstrate(new DemonstrationPlan(diversity, Seed: 3, Pool: pool)).Take(4000).Select(row => ValuesIn(row.Completion)).ToHashSet();

        foreach (var split in s_task.Splits)
        {
            foreach (var fold in (Fold[])[Fold.Test, Fold.Validation])
            {
                foreach (var hand in Draw(split, fold, 100))
                {
                    var episode = s_task.Begin(split, hand, seed: 1);

                    Assert.DoesNotContain(ValuesUnder(episode.StatedBinding, hand), trained);
                    Assert.DoesNotContain(ValuesUnder(episode.ScoredBinding, hand), trained);
                }
            }
        }
    }

    [Fact]
    public void DrawInstances_AnySeeds_KeepTheValuesOfFoldsApart()
    {
        foreach (var split in s_task.Splits.Where(split => split.Name is not "six"))
        {
            HashSet<string> Values(Fold fold, ulong seed) =>
                [.. s_task.DrawInstances(split, fold, 150, seed).Cast<PointsInstance>().Select(hand => ValuesUnder(s_task.Begin(split, hand, seed).ScoredBinding, hand))];

            Assert.Empty(Values(Fold.Test, 1).Intersect(Values(Fold.Train, 2)));
            Assert.Empty(Values(Fold.Test, 1).Intersect(Values(Fold.Validation, 1)));
            Assert.Empty(Values(Fold.Validation, 2).Intersect(Values(Fold.Train, 1)));
        }
    }

    [Fact]
    public void DrawInstances_MoreThanThereAreSets_RepeatsNoHandAndNoSetBeforeAllHaveCome()
    {
        var hands = Draw(s_task.FindSplit("id"), Fold.Test, 300);
        var sets = hands.Select(hand => CanonicalHand.HashOf(hand.Cards)).ToList();
        var firstAgain = Enumerable.Range(0, sets.Count).First(i => sets.IndexOf(sets[i]) < i);

        Assert.Equal(300, hands.Select(hand => hand.Id).Distinct().Count());
        Assert.InRange(firstAgain, 40, 100);
        Assert.Equal(firstAgain, sets.Distinct().Count());
    }

    [Fact]
    public void DrawInstances_MoreThanThereAre_SaysHowManyThereAre()
    {
        var task = new PointsTask { MaxDrawsWithoutNew = 200 };
        var error = Assert.Throws<ArgumentException>(() => task.DrawInstances(task.FindSplit("id"), Fold.Test, 100_000, seed: 1));

        Assert.Matches(@"^Found only \d+ of 100000 different hands of 4-cards-with-face in the Test fold\.$", error.Message);
    }

    [Fact]
    public void DrawInstances_NeighbouringSeeds_GiveOtherHands()
    {
        var (one, next) = (Draw(s_task.FindSplit("five"), Fold.Test, 100), s_task.DrawInstances(s_task.FindSplit("five"), Fold.Test, 100, seed: 2));

        Assert.DoesNotContain(one.Skip(1).Zip(next), pair => pair.First.Id == pair.Second.Id);
        Assert.InRange(one.Select(hand => hand.Id).Intersect(next.Select(hand => hand.Id)).Count(), 0, 10);
    }

    [Theory]
    [InlineData("held-out")]
    [InlineData("held-out-mapping")]
    public void Begin_HeldOutMappings_AreNeverTrainedOnAndRepeatable(string name)
    {
        var split = s_task.FindSplit(name);
        var stated = Draw(split, Fold.Test, 100).Select(hand => s_task.Begin(split, hand, seed: 1).StatedBinding).ToList();
        var trained = s_task.Demonstrate(new DemonstrationPlan(Diversity.Diverse, Seed: 1)).Take(2000).Select(row => row.Binding).ToHashSet();

        Assert.InRange(stated.Distinct().Count(), 30, 100);
        Assert.DoesNotContain(stated, trained.Contains);
        Assert.Equal(stated, Draw(split, Fold.Test, 100).Select(hand => s_task.Begin(split, hand, seed: 1).StatedBinding));
        Assert.Equal(name == "held-out", stated.All(binding => ValuesOf(binding).All(FaceCardMappings.HeldOutValues.Contains)));
    }

    [Fact]
    public void Mappings_Lists_AreThoseThatWereStated()
    {
        Assert.Equal(
            ["8 8 8", "9 9 9", "10 10 10", "8 9 10", "7 8 9", "8 9 10", "5 7 9", "6 8 10"],
            FaceCardMappings.Paper.Select(rule => $"{rule.Jack} {rule.Queen} {rule.King}"));
        Assert.Equal((8 * 8 * 8) - 1, FaceCardMappings.Own.Count + FaceCardMappings.HeldOut.Count);
        Assert.Equal(125, FaceCardMappings.OfHeldOutValues.Count);
        Assert.Empty(FaceCardMappings.Own.Intersect([.. FaceCardMappings.HeldOut, .. FaceCardMappings.OfHeldOutValues, FaceCardRule.Training]));
        Assert.DoesNotContain(FaceCardMappings.Own, rule => FaceCardMappings.HeldOutValues.Intersect([rule.Jack, rule.Queen, rule.King]).Any());
    }

    [Fact]
    public void Prompts_OfOneFixedSplit_DifferOnlyInTheirCards()
    {
        foreach (var split in s_task.Splits.Where(split => split.Name is not ("held-out" or "held-out-mapping" or "paraphrase")))
        {
            Assert.Single(Draw(split, Fold.Test, 30).Select(hand =>
                s_task.Begin(split, hand, seed: 1).Prompt.Text.Replace($"[{string.Join(", ", hand.Cards.Select(card => $"'{card}'"))}]", "[]", StringComparison.Ordinal)).Distinct());
        }
    }

    [Fact]
    public void Prompts_OfOneHand_DifferBetweenSplitsAsTheirBindingsDo()
    {
        var hand = Draw(s_task.FindSplit("id"), Fold.Test, 1)[0];
        var paired = s_task.Splits.Where(split => split.InstanceFamily == s_task.Splits[0].InstanceFamily).Select(split => s_task.Begin(split, hand, seed: 1)).ToList();

        Assert.All(
            from a in paired from b in paired select (a, b),
            pair => Assert.Equal(pair.a.StatedBinding == pair.b.StatedBinding, pair.a.Prompt == pair.b.Prompt));
    }

    [Fact]
    public void Task_Corpus_GivesNothing()
    {
        // What a task gives here changes the tokenizer and the corpus of the base model that ships.
        Assert.Empty(s_task.Lessons);
        Assert.Empty(s_task.Passages);
    }

    [Fact]
    public void Find_Points_IsInTheCatalogue() => Assert.IsType<PointsTask>(TaskCatalog.Find("points"));

    [Fact]
    public void Begin_ForeignSplitOrInstance_SaysSo()
    {
        var sokoban = TaskCatalog.Find("sokoban");
        var room = sokoban.DrawInstances(sokoban.Splits[0], Fold.Train, 1, seed: 1)[0];

        Assert.Throws<ArgumentException>(() => s_task.Begin(sokoban.Splits[0], room, seed: 1));
        Assert.Throws<ArgumentException>(() => s_task.Begin(s_task.Splits[0], room, seed: 1));
    }

    private static List<PointsInstance> Draw(Split split, Fold fold, int count) => [.. s_task.DrawInstances(split, fold, count, seed: 1).Cast<PointsInstance>()];

    private static int[] ValuesOf(string binding) => [.. Value().Matches(binding).Select(match => int.Parse(match.ValueSpan, CultureInfo.InvariantCulture))];

    internal static PointsRule RuleOf(string binding)
    {
        var values = ValuesOf(binding);
        return PointsRule.Of(new FaceCardRule(values[0], values[1], values[2])) with { Target = values.Length > 3 ? values[3] : 24 };
    }

    private static string ValuesUnder(string binding, PointsInstance hand) => string.Join(' ', RuleOf(binding).Faces.ValuesOf(hand.Cards).Order());

    private static string ValuesIn(string completion) =>
        string.Join(' ', PointsAnswer.ReadOrNull(completion)!.Numbers!.Select(number => int.Parse(number, CultureInfo.InvariantCulture)).Order());

    [GeneratedRegex(@"(?<=(?:[JQK]|target)=)\d+")]
    private static partial Regex Value();
}
