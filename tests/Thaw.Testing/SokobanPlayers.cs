using System.Text.RegularExpressions;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Testing;

/// <summary>The three characters of the experiment: one that follows its instruction, one that recites its training, one that babbles.</summary>
public static partial class SokobanPlayers
{
    /// <summary>Solves the board and says the move in the words that the prompt lists; without a list, in Up, Down, Left, Right.</summary>
    public static ScriptedPlayer Obedient() => new(prompt => Answer(WordsOf(prompt.Text).WordFor(BestMove(prompt.Text))));

    /// <summary>Solves the board and says Up, Down, Left or Right, whatever the prompt lists: the frozen-prompt artefact in person.</summary>
    public static ScriptedPlayer Frozen() => new(prompt => Answer(BestMove(prompt.Text).ToString()));

    /// <summary>Says one of <paramref name="words"/>, chosen by the seed and the text of the prompt.</summary>
    public static ScriptedPlayer RandomWord(ulong seed, IReadOnlyList<string> words) =>
        new(prompt => Answer(SplitMix64.For(seed, prompt.Text).Pick(words)));

    private static string Answer(string word) => $"</think> <answer> {word} </answer>\n";

    private static Direction BestMove(string prompt)
    {
        // A board in other symbols is told by the line that explains them.
        var legend = Legend().Match(prompt);
        var symbols = string.Concat(legend.Groups.Values.Skip(1).Select(group => group.Value));
        var board = Board().Match(prompt).Value;
        var standard = legend.Success
            ? string.Concat(board.Select(symbol => symbols.IndexOf(symbol, StringComparison.Ordinal) is >= 0 and var kind ? BoardSymbols.Standard.ToString()[kind] : symbol))
            : board;
        var (level, state) = SokobanDrawing.Parse(standard);
        return SokobanSolver.FindShortest(level, state) is { } solution ? solution.Plan[0] : Direction.Up;
    }

    private static ActionVocabulary WordsOf(string prompt) => Word().Matches(prompt) is [var up, var down, var left, var right]
        ? new ActionVocabulary(up.Groups[1].Value, down.Groups[1].Value, left.Groups[1].Value, right.Groups[1].Value)
        : ActionVocabulary.Training;

    [GeneratedRegex(@"(?: \S \t)+(?:\n(?: \S \t)+)*")]
    private static partial Regex Board();

    [GeneratedRegex(@"(\S) Wall \| (\S) Floor \| (\S) Target \| (\S) Box on Target \| (\S) Box \| (\S) Player \| (\S) Player on Target")]
    private static partial Regex Legend();

    [GeneratedRegex(@"<answer> (\S+) </answer>")]
    private static partial Regex Word();
}
