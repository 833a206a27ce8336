using System.Runtime.CompilerServices;
using Thaw.Core.Demonstrations;
using Thaw.Core.Evaluation;
using Thaw.Core.Generation;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Calculator;

namespace Thaw.Core.Tests.Examples;

/// <summary>The example of docs/adding-a-task.md does what the document says.</summary>
public class AddingATaskTests
{
    private const int N = 20;

    private static readonly CalculatorTask s_task = new();
    private static readonly string s_documents = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "docs"));

    [Fact]
    public void Document_EveryFileOfTheExample_IsQuotedAsItIsCompiled()
    {
        var document = File.ReadAllText(Path.Combine(s_documents, "adding-a-task.md"));
        var files = Directory.GetFiles(Path.Combine(s_documents, "examples", "calculator"), "*.cs");

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Contains($"`{Path.GetFileName(file)}`", document, StringComparison.Ordinal));
        Assert.Equal(
            files.Select(File.ReadAllText).Order(StringComparer.Ordinal),
            document.Split("```csharp\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Document_TableOfResults_IsTheOneOfThePlayers()
    {
        var document = File.ReadAllText(Path.Combine(s_documents, "adding-a-task.md"));

        Assert.Contains(Table(CalculatorPlayers.Obedient()), document, StringComparison.Ordinal);
        Assert.Contains(Table(CalculatorPlayers.Frozen()), document, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ObedientPlayer_SolvesEverythingButFake() => Assert.Equal(
        """
        id 1.00 valid 1.00
        colours 1.00 valid 1.00
        fake 0.00 valid 0.00 stated_word 20
        larger 1.00 valid 1.00
        """,
        Table(CalculatorPlayers.Obedient()));

    [Fact]
    public void Run_FrozenPlayer_ShowsTheFrozenPromptArtefact() => Assert.Equal(
        """
        id 1.00 valid 1.00
        colours 0.00 valid 0.00 training_word 20
        fake 1.00 valid 1.00
        larger 1.00 valid 1.00
        """,
        Table(CalculatorPlayers.Frozen()));

    [Fact]
    public void Run_WordsOfNobody_AreUnknown() => Assert.Equal(
        string.Join('\n', s_task.Splits.Select(split => $"{split.Name} 0.00 valid 0.00 unknown_word 20")),
        Table(new ScriptedPlayer(_ => CalculatorPrompt.WriteAnswer("fox"))));

    [Fact]
    public void Run_SilentPlayer_GivesNoAnswer() => Assert.Equal(
        string.Join('\n', s_task.Splits.Select(split => $"{split.Name} 0.00 valid 0.00 no_answer 20")),
        Table(new ScriptedPlayer(_ => "I do not know.")));

    [Fact]
    public void Demonstrate_RowsOfAnInstance_SolveItInTheFewestTurns()
    {
        using var rows = s_task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, Seed: 1)).GetEnumerator();
        for (var i = 0; i < 100; i++)
        {
            rows.MoveNext();
            var instance = Find(rows.Current.InstanceId);
            var fewest = CalculatorRules.FindShortest(instance.Start, instance.Target).Count;
            var episode = s_task.Begin(s_task.FindSplit("id"), instance, seed: 1);
            Assert.Equal(Fold.Train, instance.Fold);
            for (var turn = 1; turn <= fewest; turn++)
            {
                Assert.Equal((episode.Prompt.Text, instance.Id), (rows.Current.Prompt, rows.Current.InstanceId));
                episode.Play(rows.Current.Completion);
                Assert.Equal(turn == fewest, episode.IsSolved || !rows.MoveNext());
            }
        }
    }

    [Theory]
    [InlineData(null, 400)]
    [InlineData(4, 4)]
    public void Demonstrate_Diverse_FollowsTheWordsOfEveryRow(int? dose, int mostBindings)
    {
        var frozen = s_task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, Seed: 1)).Take(400).ToList();
        var diverse = s_task.Demonstrate(new DemonstrationPlan(Diversity.Diverse, Seed: 1, Dose: dose)).Take(400).ToList();

        Assert.InRange(diverse.Select(row => row.Binding).Distinct().Count(), mostBindings / 3, mostBindings);
        Assert.All(frozen.Zip(diverse), pair =>
        {
            var words = pair.Second.Binding.Split(' ').Select(part => part[(part.IndexOf('=') + 1)..]).ToArray();
            var key = KeyWords.Training.Read(CalculatorPrompt.ReadAnswer(pair.First.Completion)!);
            Assert.Equal(key, new KeyWords(words[0], words[1], words[2]).Read(CalculatorPrompt.ReadAnswer(pair.Second.Completion)!));
            Assert.Equal(pair.First.InstanceId, pair.Second.InstanceId);
        });
    }

    [Fact]
    public void Demonstrate_WhatTheTaskDoesNotHave_Throws() => Assert.Throws<ArgumentException>(() =>
        s_task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, Seed: 1, Format: DemonstrationFormat.Cot)));

    [Fact]
    public void Demonstrate_Splits_AreTaughtInTheirOwnWordsAndFakeNotAtAll()
    {
        var colours = s_task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, Seed: 1, Split: s_task.FindSplit("colours"))).Take(50).ToList();

        Assert.All(colours, row => Assert.Equal(("colours", "Twice=red More=green Less=blue"), (row.Split, row.Binding)));
        Assert.Throws<ArgumentException>(() => s_task.Demonstrate(new DemonstrationPlan(Diversity.Frozen, Seed: 1, Split: s_task.FindSplit("fake"))));
    }

    [Fact]
    public void DrawInstances_FoldsAndSeeds_KeepTargetsApart()
    {
        var id = s_task.FindSplit("id");
        HashSet<int> Targets(Fold fold, ulong seed) => [.. s_task.DrawInstances(id, fold, 40, seed).Cast<CalculatorInstance>().Select(instance => instance.Target)];

        Assert.Empty(Targets(Fold.Test, 1).Intersect(Targets(Fold.Train, 2)));
        Assert.Empty(Targets(Fold.Test, 1).Intersect(Targets(Fold.Validation, 1)));
        Assert.Equal(
            s_task.DrawInstances(id, Fold.Test, N, 1),
            s_task.DrawInstances(s_task.FindSplit("fake"), Fold.Test, N, 1));
    }

    [Fact]
    public void DrawInstances_MoreThanThereAre_SaysHowManyThereAre() => Assert.Matches(
        @"^Found only \d+ of 2000 different instances in the Test fold\.$",
        Assert.Throws<ArgumentException>(() => s_task.DrawInstances(s_task.FindSplit("id"), Fold.Test, 2000, seed: 1)).Message);

    private static CalculatorInstance Find(string id) =>
        (from start in Enumerable.Range(0, 10) from target in Enumerable.Range(10, 190) select new CalculatorInstance(start, target)).First(instance => instance.Id == id);

    private static string Table(ITextGenerator player) => string.Join('\n', new Evaluator(s_task, player, new EvaluationOptions { Instances = N, Seed = 7 })
        .Run(s_task.Splits).Splits.Select(row =>
            $"{row.Key} {row.Value.Success:F2} valid {row.Value.Validity:F2}{string.Concat(row.Value.Reasons.Select(reason => $" {reason.Key} {reason.Value}"))}"));

    private static string Here([CallerFilePath] string path = "") => path;
}
