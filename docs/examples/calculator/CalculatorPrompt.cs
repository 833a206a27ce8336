using Thaw.Core.Generation;

namespace Thaw.Core.Tasks.Calculator;

/// <summary>The instruction, and the form of an answer. Nothing else writes or reads either.</summary>
public static class CalculatorPrompt
{
    public static Prompt Write(KeyWords words, int display, int target) => new(
        $"""
        <|im_start|>user
        A calculator shows {display}. Bring it to {target}. It has three keys:
        {words.Twice} shows twice the number, {words.More} shows 3 more, {words.Less} shows 1 less.
        Which key is next? Answer as <answer> key </answer>. <|im_end|>
        <|im_start|>assistant

        """);

    public static string WriteAnswer(string word) => $"<answer> {word} </answer>\n";

    /// <summary>What stands between the last pair of marks, or null. Two scans, so the time is linear in any text.</summary>
    public static string? ReadAnswer(string completion)
    {
        var end = completion.LastIndexOf("</answer>", StringComparison.Ordinal);
        var start = end < 0 ? -1 : completion.LastIndexOf("<answer>", end, StringComparison.Ordinal);
        return start < 0 ? null : completion[(start + "<answer>".Length)..end].Trim();
    }
}
