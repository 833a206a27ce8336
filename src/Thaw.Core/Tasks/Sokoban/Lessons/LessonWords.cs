using Thaw.Core.Randomness;
using Thaw.Core.Words;

namespace Thaw.Core.Tasks.Sokoban.Lessons;

/// <summary>Four words for the four directions, drawn far more widely than any split: pretraining must know every kind of word.</summary>
internal static class LessonWords
{
    private static readonly string[] s_plain = ["Up", "Down", "Left", "Right"];
    private static readonly string[] s_cardinal = ["North", "South", "West", "East"];
    private static readonly string[] s_emoji = ["⬆️", "⬇️", "⬅️", "➡️"];
    private static readonly string[] s_directions = [.. s_plain, .. s_cardinal, .. s_emoji];
    private static readonly string[] s_letters = [.. Enumerable.Range('A', 26).Select(c => ((char)c).ToString())];
    private static readonly string[] s_digits = [.. Enumerable.Range(0, 10).Select(d => d.ToString(System.Globalization.CultureInfo.InvariantCulture))];
    private static readonly string[] s_symbols = ["*", "&", "@", "%", "+", "=", "!", "?", "~", "^", "$"];
    private static readonly string[] s_lexicon = [.. Lexicon.Default.Training, .. Lexicon.Default.HeldOut];

    public static IReadOnlyList<string> Plain => s_plain;

    /// <param name="plainShare">Chance of Up, Down, Left, Right before any other kind is considered.</param>
    public static string[] Draw(SplitMix64 random, double plainShare)
    {
        if (random.NextBool(plainShare))
        {
            return [.. s_plain];
        }

        return random.NextDouble() switch
        {
            < 0.60 => Sample(random, s_lexicon),
            < 0.68 => [.. s_plain],
            < 0.72 => [.. s_cardinal],
            < 0.76 => [.. s_emoji],
            < 0.80 => Sample(random, s_directions),
            < 0.86 => Sample(random, s_letters),
            < 0.92 => Sample(random, s_digits),
            _ => Sample(random, [.. s_letters, .. s_digits, .. s_symbols, .. s_emoji]),
        };
    }

    /// <summary>An Answers section: in the order of the prompt with or without its explanation, or in another order with it.</summary>
    public static string AnswersSection(SplitMix64 random, IReadOnlyList<string> words)
    {
        var speakForThemselves = words.All(word => s_directions.Contains(word));
        return random.NextDouble() switch
        {
            var u when u < (speakForThemselves ? 0.75 : 0.35) => Section(words, [0, 1, 2, 3], isExplained: false),
            < 0.85 => Section(words, [0, 1, 2, 3], isExplained: true),
            _ => Section(words, Permutation(random), isExplained: true),
        };
    }

    public static string[] Sample(SplitMix64 random, IReadOnlyList<string> words, int count = 4)
    {
        var drawn = new List<string>(count);
        while (drawn.Count < count)
        {
            var word = random.Pick(words);
            if (!drawn.Contains(word))
            {
                drawn.Add(word);
            }
        }

        return [.. drawn];
    }

    private static string Section(IReadOnlyList<string> words, int[] order, bool isExplained)
    {
        var listed = string.Join(" | ", order.Select(i => $"<answer> {words[i]} </answer>"));
        var explained = isExplained ? $"where {string.Join(", ", order.Select(i => $"{words[i]} is {s_plain[i]}"))}.\n" : "";
        return $"Answers:\n{listed}\n{explained}\n";
    }

    private static int[] Permutation(SplitMix64 random)
    {
        int[] order = [0, 1, 2, 3];
        random.Shuffle(order);
        return order;
    }
}
