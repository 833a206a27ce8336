using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;

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
    public void Write_TwoSplitsOfOneFamily_DifferOnlyInTheAnswersSection()
    {
        var instance = s_task.DrawInstances(s_task.FindSplit("id"), Fold.Test, 1, seed: 1)[0];
        var prompts = s_task.Splits.Where(split => split.InstanceFamily == "6x6-1")
            .Select(split => s_task.Begin(split, instance, seed: 1).Prompt.Text)
            .ToList();

        // Fake states what Numerical states, and fake-cardinal and fake-emoji what cardinal and emoji do.
        Assert.Equal(prompts.Count - 3, prompts.Distinct().Count());
        Assert.Single(prompts.Select(WithoutAnswers).Distinct());
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

    private static string WithoutAnswers(string prompt)
    {
        var start = prompt.IndexOf("Answers:", StringComparison.Ordinal);
        return start < 0 ? prompt : prompt.Remove(start, prompt.IndexOf("Rewards:", StringComparison.Ordinal) - start);
    }
}
