using Thaw.Core.Generation;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The paper's instruction around a drawn room. Nothing else builds Sokoban prompts.</summary>
/// <remarks>
/// Differs from the paper's evaluation prompt: no stray backslash behind "Decide the next action:", so that training and evaluation
/// prompts are alike. The text ends in an open thought; an answer-only completion closes it at once.
/// </remarks>
public static class SokobanPrompt
{
    private const string Opening = "<|im_start|>user\n";

    private const string Guide =
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


        """;

    private const string Rewards =
        """
        Rewards:
        Move: -0.1
        Box on target: +1.0
        All boxes placed: +10.0


        [Current Observation]:

        """;

    private const string Format =
        """

        Always output: <think> [Your thoughts] </think> <answer> [your answer] </answer> with no extra text. Strictly follow this format. <|im_end|>
        <|im_start|>assistant
        <think>
        """;

    /// <summary>What no binding, room or question changes.</summary>
    internal static IReadOnlyList<string> Passages { get; } = [Guide, Rewards, Format];

    /// <param name="drawing">The board in the symbols of <paramref name="binding"/>.</param>
    public static Prompt Write(SokobanBinding binding, string drawing)
    {
        var answers = AnswersText.Write(binding.Words, binding.Section);
        if (binding.Wording != SokobanWording.Standard)
        {
            var rule = binding.HasDistractor ? $"\n{AnswersText.Distractor(binding.Words)}" : "";
            return new(string.Concat(Opening, binding.Wording.Fill(binding.Symbols, answers, rule, drawing), Format));
        }

        var guide = binding.Symbols == BoardSymbols.Standard ? Guide : GuideIn(binding.Symbols);
        var further = binding.HasDistractor ? $"{guide[..^1]}3. {AnswersText.Distractor(binding.Words)}\n\n" : guide;
        return new(string.Concat(further, answers, Rewards, drawing, After("Decide the next action:")));
    }

    /// <summary>All that stands before the drawing.</summary>
    /// <param name="answers">The Answers section with the blank line behind it.</param>
    internal static string Before(string answers) => string.Concat(Guide, answers, Rewards);

    /// <summary>All that stands behind the drawing; pretraining asks other questions here.</summary>
    internal static string After(string question) => string.Concat("\n", question, Format);

    /// <summary>What an answer-only demonstration teaches: no thought, and one word.</summary>
    public static string WriteAnswer(string word) => $"</think> <answer> {word} </answer>\n";

    private static string GuideIn(BoardSymbols symbols) => Guide
        .Replace("boxes (X) onto targets (O)", $"boxes ({symbols.Box}) onto targets ({symbols.Target})", StringComparison.Ordinal)
        .Replace("Avoid walls (#)", $"Avoid walls ({symbols.Wall})", StringComparison.Ordinal)
        .Replace(SymbolsIn(BoardSymbols.Standard), SymbolsIn(symbols), StringComparison.Ordinal);

    private static string SymbolsIn(BoardSymbols symbols) =>
        $"{symbols.Wall} Wall | {symbols.Floor} Floor | {symbols.Target} Target | {symbols.BoxOnTarget} Box on Target | {symbols.Box} Box | {symbols.Player} Player | {symbols.PlayerOnTarget} Player on Target";
}
