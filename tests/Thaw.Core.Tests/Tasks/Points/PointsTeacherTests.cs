using System.Runtime.CompilerServices;
using Thaw.Core.Demonstrations;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class PointsTeacherTests
{
    private static readonly PointsTask s_task = new();

    [Theory]
    [InlineData(Diversity.Frozen, DemonstrationFormat.Answer)]
    [InlineData(Diversity.Diverse, DemonstrationFormat.Answer)]
    [InlineData(Diversity.Diverse, DemonstrationFormat.CotTerse)]
    [InlineData(Diversity.Diverse, DemonstrationFormat.CotBrief)]
    [InlineData(Diversity.Diverse, DemonstrationFormat.Cot)]
    [InlineData(Diversity.Diverse, DemonstrationFormat.CotFull)]
    public void Demonstrate_EveryRow_SolvesItsHandUnderItsRule(Diversity diversity, DemonstrationFormat format)
    {
        foreach (var row in Rows(new(diversity, Seed: 1, Format: format), 500))
        {
            var (cards, rule) = (CardsOf(row), PointsTaskTests.RuleOf(row.Binding));

            Assert.Equal(FailureReason.None, PointsJudge.Judge(row.Completion, cards, rule, rule).Reason);
            Assert.Equal(PointsPrompt.Write(PointsBinding.Of(rule), cards).Text, row.Prompt);
            Assert.Equal(new PointsInstance(cards).Id, row.InstanceId);
            Assert.Equal((diversity == Diversity.Frozen ? "id" : "diverse", "points", "solver"), (row.Split, row.Task, row.Teacher));
            Assert.Null(TraceVerifier.FindFaultOrNull(row.Completion, cards, rule));
        }
    }

    [Fact]
    public void Demonstrate_FrozenAndDiverseOfOneSeed_ShowTheSameHands()
    {
        var (frozen, diverse) = (Rows(new(Diversity.Frozen, Seed: 1), 1000), Rows(new(Diversity.Diverse, Seed: 1), 1000));

        Assert.Equal(frozen.Select(row => row.InstanceId), diverse.Select(row => row.InstanceId));
        Assert.All(frozen, row => Assert.Equal("J=10 Q=10 K=10", row.Binding));
        Assert.DoesNotContain(diverse, row => row.Binding == "J=10 Q=10 K=10");
    }

    [Fact]
    public void Demonstrate_Formats_TeachTheSameAnswers()
    {
        var answers = Enum.GetValues<DemonstrationFormat>().Select(format => Rows(new(Diversity.Diverse, Seed: 2, Format: format), 100).Select(row => row.Completion[row.Completion.IndexOf('{', StringComparison.Ordinal)..]));

        Assert.Single(answers.Select(completions => string.Join('\n', completions)).Distinct());
    }

    [Fact]
    public void Demonstrate_TrainingHands_AreDrawnAsInThePaper()
    {
        // Four cards of any rank: 41 % without a face card before the hands that cannot be solved are taken out.
        var rows = Rows(new(Diversity.Frozen, Seed: 1), 4000).ConvertAll(CardsOf);

        Assert.All(rows, cards => Assert.Equal(Fold.Train, new PointsInstance(cards).Fold));
        Assert.InRange(rows.Count(cards => !cards.Any(card => card.IsFace)) / 4000.0, 0.3, 0.55);
        Assert.Equal(13, rows.SelectMany(cards => cards).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(447)]
    public void Demonstrate_Dose_UsesSoManyMappings(int dose)
    {
        var rows = Rows(new(Diversity.Diverse, Seed: 1, Dose: dose), 4000);

        Assert.InRange(rows.Select(row => row.Binding).Distinct().Count(), Math.Min(dose, 440), dose);
    }

    [Fact]
    public void Demonstrate_LargerDose_HoldsTheSmallerOne()
    {
        HashSet<string> Bindings(int dose) => [.. Rows(new(Diversity.Diverse, Seed: 7, Dose: dose), 1000).Select(row => row.Binding)];

        Assert.Subset(Bindings(8), Bindings(2));
    }

    [Fact]
    public void Demonstrate_DefaultBindingShare_IsKept()
    {
        var rows = Rows(new(Diversity.Diverse, Seed: 1, DefaultBindingShare: 0.25), 4000);

        // Three standard deviations of 4000 draws.
        Assert.InRange(rows.Count(row => row.Binding == "J=10 Q=10 K=10") / 4000.0, 0.23, 0.27);
    }

    [Fact]
    public void Demonstrate_PaperPool_HasSevenMappingsAndOneOfThemTwice()
    {
        var shares = Rows(new(Diversity.Diverse, Seed: 1, Pool: "paper"), 8000).CountBy(row => row.Binding).ToDictionary(pair => pair.Key, pair => pair.Value / 8000.0);

        Assert.Equal(7, shares.Count);
        Assert.Equal("J=8 Q=9 K=10", shares.MaxBy(pair => pair.Value).Key);
        Assert.InRange(shares["J=8 Q=9 K=10"], 0.2, 0.3);
        Assert.InRange(shares["J=10 Q=10 K=10"], 0.1, 0.2);
    }

    [Fact]
    public void Demonstrate_TextPools_UseTrainingTextsAlone()
    {
        var texts = Rows(new(Diversity.Diverse, Seed: 1, Pool: "texts"), 500);
        var both = Rows(new(Diversity.Diverse, Seed: 1, Pool: "own-and-texts"), 500);

        Assert.Equal(Paraphrases.ForTraining.Count, texts.Select(row => row.Binding).Distinct().Count());
        Assert.All(texts, row => Assert.StartsWith("J=10 Q=10 K=10", row.Binding, StringComparison.Ordinal));
        Assert.All(Paraphrases.HeldOut, text => Assert.DoesNotContain(texts.Concat(both), row => row.Binding.EndsWith($"text={text.Name}", StringComparison.Ordinal)));
        Assert.InRange(both.Select(row => row.Binding).Distinct().Count(), 400, 500);
    }

    [Theory]
    [InlineData("papr", null, 0, "unknown points pool 'papr'; the nearest known one is 'paper'")]
    [InlineData("paper", 8, 0, "A dose lies between 1 and the 7 different bindings of the pool, not 8.")]
    [InlineData(null, 0, 0, "A dose lies between 1 and the 447 different bindings of the pool, not 0.")]
    [InlineData(null, null, 2, "A hand has no other start positions, so points knows no extra starts, not 2.")]
    public void Demonstrate_WhatThereIsNot_IsOneClearLine(string? pool, int? dose, int extraStarts, string message) => Assert.StartsWith(
        message,
        Assert.Throws<ArgumentException>(() => s_task.Demonstrate(new(Diversity.Diverse, Seed: 1, ExtraStarts: extraStarts, Dose: dose, Pool: pool))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Demonstrate_FullTraces_HoldDeadEndsAndStayShort()
    {
        var rows = Rows(new(Diversity.Diverse, Seed: 1, Format: DemonstrationFormat.CotFull), 300);

        Assert.InRange(rows.Count(row => row.Completion.Contains("No 24.", StringComparison.Ordinal)), 150, 300);
        Assert.Contains(rows, row => row.Completion.Contains("nothing makes 24.", StringComparison.Ordinal));
        Assert.All(rows, row => Assert.InRange(row.Completion.Split('\n').Length, 9, 60));
    }

    [Theory]
    [InlineData(Diversity.Frozen, DemonstrationFormat.Answer, "frozen.jsonl")]
    [InlineData(Diversity.Diverse, DemonstrationFormat.Answer, "diverse.jsonl")]
    [InlineData(Diversity.Diverse, DemonstrationFormat.CotFull, "diverse-cot-full.jsonl")]
    public void Demonstrate_FirstRows_AreTheGoldenOnes(Diversity diversity, DemonstrationFormat format, string file)
    {
        using var stream = new MemoryStream();
        JsonLines.Write(stream, Rows(new(diversity, Seed: 1, Format: format), 4));

        Assert.Equal(File.ReadAllText(Golden(file)), System.Text.Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static List<Demonstration> Rows(DemonstrationPlan plan, int count) => [.. s_task.Demonstrate(plan).Take(count)];

    private static IReadOnlyList<CardRank> CardsOf(Demonstration row) => CardRank.ParseHand(string.Join(' ', PointsAnswer.ReadOrNull(row.Completion)!.Cards!));

    private static string Golden(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden", file);
}
