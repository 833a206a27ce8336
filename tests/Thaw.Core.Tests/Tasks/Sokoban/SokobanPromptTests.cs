using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Words;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class SokobanPromptTests
{
    private static readonly SokobanTask s_task = new();

    [Fact]
    public void Write_ExplainedWords_IsThePapersTextToTheLetter()
    {
        var binding = new SokobanBinding(new ActionVocabulary("A", "B", "C", "D"), AnswersSection.Explained);

        Assert.Equal(
            """
            <|im_start|>user
            You are a Sokoban solver.

            Sokoban Quick Guide
            Goal: Push all boxes (X) onto targets (O).

            Symbols:
            # Wall | _ Floor | O Target | √ Box on Target | X Box | P Player | S Player on Target

            Rules:
            1. Push boxes (you cannot pull them).
            2. Avoid walls (#).

            Answers:
            <answer> A </answer> | <answer> B </answer> | <answer> C </answer> | <answer> D </answer>
            where A is Up, B is Down, C is Left, D is Right.

            Rewards:
            Move: -0.1
            Box on target: +1.0
            All boxes placed: +10.0


            [Current Observation]:
            BOARD
            Decide the next action:
            Always output: <think> [Your thoughts] </think> <answer> [your answer] </answer> with no extra text. Strictly follow this format. <|im_end|>
            <|im_start|>assistant
            <think>
            """,
            SokobanPrompt.Write(binding, "BOARD").Text);
    }

    [Fact]
    public void Write_SplitsOfThePaper_DifferOnlyInTheAnswersSection()
    {
        var instance = s_task.DrawInstances(s_task.FindSplit("id"), Fold.Test, 1, seed: 1)[0];
        var prompts = s_task.Splits.Take(14).Where(split => split.InstanceFamily == "6x6-1")
            .Select(split => s_task.Begin(split, instance, seed: 1).Prompt.Text)
            .ToList();

        // Fake states what Numerical states, and fake-cardinal and fake-emoji what cardinal and emoji do.
        Assert.Equal(prompts.Count - 3, prompts.Distinct().Count());
        Assert.Single(prompts.Select(WithoutAnswers).Distinct());
    }

    [Fact]
    public void Write_AnyBinding_DiffersFromItsLikeOnlyWhereTheBindingDoes()
    {
        // Four words that occur nowhere else show where a prompt has its words, and a drawing of one letter where it has its board.
        var marked = new ActionVocabulary("⟦0⟧", "⟦1⟧", "⟦2⟧", "⟦3⟧");
        Prop.ForAll(Bindings().ToArbitrary(), binding =>
        {
            var words = new[] { binding.Words.Up, binding.Words.Down, binding.Words.Left, binding.Words.Right };
            var skeleton = SokobanPrompt.Write(binding with { Words = marked }, "⟦board⟧").Text.Replace("⟦board⟧", "BOARD", StringComparison.Ordinal);
            var filled = Enumerable.Range(0, 4).Aggregate(skeleton, (text, i) => text.Replace($"⟦{i}⟧", words[i], StringComparison.Ordinal));
            return filled == SokobanPrompt.Write(binding, "BOARD").Text && Enumerable.Range(0, 4).All(i => binding.Section == AnswersSection.Absent || skeleton.Contains($"⟦{i}⟧", StringComparison.Ordinal));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Prompt_OfOneSplit_DiffersBetweenInstancesOnlyInBoardAndBinding() => Assert.All(s_task.Splits.Cast<SokobanSplit>(), split =>
    {
        foreach (var instance in s_task.DrawInstances(split, Fold.Test, 6, seed: 1))
        {
            var room = (SokobanInstance)instance;
            var binding = split.DrawBinding(SplitMix64.For(1, $"sokoban/words/{split.Name}/{instance.Id}"));

            Assert.Equal(
                SokobanPrompt.Write(binding, SokobanDrawing.Draw(room.Level, room.Start, binding.Symbols)),
                s_task.Begin(split, instance, seed: 1).Prompt);
            Assert.Equal(split.Symbols, binding.Symbols);
            Assert.Equal((split.Section, split.HasDistractor, split.HasHeldOutWording), (binding.Section, binding.HasDistractor, binding.Wording.IsHeldOut));
        }
    });

    [Fact]
    public void Write_OtherSymbols_LeavesNoneOfTheStandardOnes()
    {
        var split = s_task.FindSplit("symbols");
        var prompt = s_task.Begin(split, s_task.DrawInstances(split, Fold.Test, 1, seed: 1)[0], seed: 1).Prompt.Text;

        Assert.Contains("W Wall | . Floor | G Target | Q Box on Target | B Box | A Player | E Player on Target", prompt, StringComparison.Ordinal);
        Assert.Contains("Push all boxes (B) onto targets (G).", prompt, StringComparison.Ordinal);
        Assert.Contains("Avoid walls (W).", prompt, StringComparison.Ordinal);
        Assert.DoesNotContain(" # \t", prompt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("swapped", "where Down is Up, Up is Down, Right is Left, Left is Right.\n\nRewards:")]
    [InlineData("distractor", "2. Avoid walls (#).\n3. In an earlier version of this game 3 was Up, 4 was Down, 2 was Left and 1 was Right; that no longer holds.\n\nAnswers:\n")]
    [InlineData("table", "Answers:\n| answer | direction |\n|---|---|\n| <answer> 1 </answer> | Up |\n| <answer> 2 </answer> | Down |\n")]
    [InlineData("prose", "write <answer> 1 </answer>, and <answer> 2 </answer> sends it one row down.")]
    [InlineData("german", "Dabei heißt 1 nach oben, 2 nach unten, 3 nach links und 4 nach rechts.\n\nRewards:")]
    public void Prompt_OfAFurtherSplit_SaysWhatItIsFor(string split, string part)
    {
        var instance = s_task.DrawInstances(s_task.FindSplit(split), Fold.Test, 1, seed: 1)[0];

        Assert.Contains(part, s_task.Begin(s_task.FindSplit(split), instance, seed: 1).Prompt.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Wordings_All_SayEverythingOnceAndEndLikeThePapers()
    {
        SokobanWording[] wordings = [.. SokobanWording.Training, .. SokobanWording.HeldOut];
        Assert.InRange(wordings.Length, 8, 30);
        Assert.Equal(wordings.Length, wordings.Select(wording => wording.Name).Distinct().Count());
        Assert.All(SokobanWording.HeldOut, wording => Assert.True(wording.IsHeldOut));
        Assert.All(wordings, wording =>
        {
            var binding = new SokobanBinding(new ActionVocabulary("fox", "lamp", "rain", "coin"), AnswersSection.Explained) { Wording = wording, HasDistractor = true, Symbols = new("①②③④⑤⑥⑦") };
            var prompt = SokobanPrompt.Write(binding, "BOARD").Text;

            Assert.DoesNotContain("{", prompt, StringComparison.Ordinal);
            Assert.All((string[])["BOARD", "Answers:\n", "In an earlier version", "④", "⑥", "⑦"], part => Assert.Equal(2, prompt.Split(part).Length));
            Assert.All((string[])["①", "②", "③", "⑤"], symbol => Assert.Contains(symbol, prompt, StringComparison.Ordinal));
            Assert.StartsWith("<|im_start|>user\n", prompt, StringComparison.Ordinal);
            Assert.EndsWith("Strictly follow this format. <|im_end|>\n<|im_start|>assistant\n<think>", prompt, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("id", false)]
    [InlineData("alphabetical", true)]
    [InlineData("numerical", true)]
    [InlineData("random", true)]
    [InlineData("cardinal", false)]
    [InlineData("emoji", false)]
    [InlineData("held-out", true)]
    [InlineData("fake", true)]
    public void Prompt_OfASplit_ExplainsItsWordsAsThePaperDoes(string split, bool isExplained)
    {
        var instance = s_task.DrawInstances(s_task.FindSplit(split), Fold.Test, 1, seed: 1)[0];

        var prompt = s_task.Begin(s_task.FindSplit(split), instance, seed: 1).Prompt.Text;

        Assert.Equal(isExplained, prompt.Contains("\nwhere ", StringComparison.Ordinal));
    }

    private static Gen<SokobanBinding> Bindings()
    {
        var words = Gen.Choose(0, int.MaxValue).Select(seed => VocabularySource.TrainingOf(LexiconCatalog.Wide).Draw(new SplitMix64((ulong)seed)));
        var wordings = Gen.Elements<SokobanWording>([SokobanWording.Standard, .. SokobanWording.Training, .. SokobanWording.HeldOut]);
        return from vocabulary in words
               from section in Gen.Elements(Enum.GetValues<AnswersSection>())
               from wording in wordings
               from symbols in Gen.Elements(BoardSymbols.Standard, new BoardSymbols("W.GQBAE"))
               from hasDistractor in Gen.Elements(true, false)
               select new SokobanBinding(vocabulary, section) { Wording = wording, Symbols = symbols, HasDistractor = hasDistractor };
    }

    private static string WithoutAnswers(string prompt)
    {
        var start = prompt.IndexOf("Answers:", StringComparison.Ordinal);
        return start < 0 ? prompt : prompt.Remove(start, prompt.IndexOf("Rewards:", StringComparison.Ordinal) - start);
    }
}
