using System.Globalization;
using Thaw.Core.Randomness;
using Thaw.Core.Words;

namespace Thaw.Core.Lessons;

/// <summary>Small exercises of everyday kinds: copying, adding, taking away, reading a hand of cards and a rule for face cards.</summary>
internal sealed class LanguageLesson : ILesson
{
    private const int Exercises = 8;
    private static readonly string[] s_cards = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"];
    private static readonly string[] s_ordinals = ["first", "second", "third", "fourth"];
    private static readonly string[] s_words = [.. Lexicon.Default.Training, .. Lexicon.Default.HeldOut];

    public string Name => "language";

    public IReadOnlyList<LessonRow> Write(SplitMix64 random, int rows) => [.. Enumerable.Range(0, rows).Select(_ => Row(random))];

    private static LessonRow Row(SplitMix64 random)
    {
        var row = new LessonRowBuilder();
        for (var i = 0; i < Exercises; i++)
        {
            var (question, answer) = Exercise(random);
            row.Text($"{question} <answer>").Scored($" {answer}").Text(" </answer>\n");
        }

        return row.Build();
    }

    private static (string Question, string Answer) Exercise(SplitMix64 random)
    {
        var (a, b) = (random.NextInt(10), random.NextInt(10));
        switch (random.NextInt(5))
        {
            case 0:
                var words = string.Join(' ', Enumerable.Range(0, 2 + random.NextInt(3)).Select(_ => random.Pick(s_words)));
                return ($"Copy: {words} ->", words);
            case 1:
                return ($"Add {Number(a)} and {Number(b)}:", Number(a + b));
            case 2:
                return ($"Take {Number(Math.Min(a, b))} from {Number(Math.Max(a, b))}:", Number(Math.Abs(a - b)));
            case 3:
                var hand = Enumerable.Range(0, 4).Select(_ => random.Pick(s_cards)).ToArray();
                var place = random.NextInt(4);
                return ($"Cards: [{string.Join(", ", hand.Select(card => $"'{card}'"))}] the {s_ordinals[place]} card:", hand[place]);
            default:
                var (face, value) = (random.Pick(["J", "Q", "K"]), 2 + random.NextInt(12));
                return ($"Here {face} counts as {Number(value)}. Value of {face}:", Number(value));
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
