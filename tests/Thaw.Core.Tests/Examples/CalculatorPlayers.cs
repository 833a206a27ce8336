using System.Globalization;
using System.Text.RegularExpressions;
using Thaw.Core.Tasks.Calculator;

namespace Thaw.Core.Tests.Examples;

/// <summary>The characters of the experiment, at a calculator.</summary>
internal static partial class CalculatorPlayers
{
    /// <summary>Answers in the words that the prompt states.</summary>
    public static ScriptedPlayer Obedient() => new(prompt =>
    {
        var (words, key) = Read(prompt.Text);
        return CalculatorPrompt.WriteAnswer(words.WordFor(key));
    });

    /// <summary>Answers in the words of training, whatever the prompt states.</summary>
    public static ScriptedPlayer Frozen() => new(prompt => CalculatorPrompt.WriteAnswer(KeyWords.Training.WordFor(Read(prompt.Text).Key)));

    private static (KeyWords Words, Key Key) Read(string prompt)
    {
        var groups = Question().Match(prompt).Groups;
        var words = new KeyWords(groups[3].Value, groups[4].Value, groups[5].Value);
        return (words, CalculatorRules.FindShortest(Number(groups[1]), Number(groups[2]))[0]);
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"shows (\d+)\. Bring it to (\d+)\. .*\n(\w+) shows twice the number, (\w+) shows 3 more, (\w+) shows 1 less")]
    private static partial Regex Question();
}
