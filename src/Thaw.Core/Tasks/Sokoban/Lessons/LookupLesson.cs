using Thaw.Core.Lessons;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban.Lessons;

/// <summary>An Answers section and many questions about its words: the lookup that instruction following rests on.</summary>
internal sealed class LookupLesson : ILesson
{
    private const int Questions = 12;

    public string Name => "lookup";

    public IReadOnlyList<LessonRow> Write(SplitMix64 random, int rows) => [.. Enumerable.Range(0, rows).Select(_ => Row(random))];

    // One behind another, so that words are looked up over many distances.
    private static LessonRow Row(SplitMix64 random)
    {
        var words = LessonWords.Draw(random, plainShare: 0);
        var row = new LessonRowBuilder().Text(LessonWords.AnswersSection(random, words));
        for (var i = 0; i < Questions; i++)
        {
            var (question, answer) = LessonQuestions.AboutWords(random, words);
            row.Text($"{question} <answer>").Scored($" {answer}").Text(" </answer>\n");
        }

        return row.Build();
    }
}
