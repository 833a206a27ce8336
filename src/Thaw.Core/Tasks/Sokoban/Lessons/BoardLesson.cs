using Thaw.Core.Lessons;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban.Lessons;

/// <summary>Words, a board, and many questions about it, each asked as if it were the only one.</summary>
/// <param name="plainShare">Share of the groups whose words are Up, Down, Left, Right, so that reading is learnt before translating.</param>
/// <param name="placeShare">Share of the questions that ask for a row or a column.</param>
internal sealed class BoardLesson(string name, double plainShare, double placeShare) : ILesson
{
    private const int Questions = 14;
    private const double RoomShare = 0.6;

    public string Name => name;

    public IReadOnlyList<LessonRow> Write(SplitMix64 random, int rows)
    {
        var words = LessonWords.Draw(random, plainShare);
        var section = LessonWords.AnswersSection(random, words);
        return [.. Enumerable.Range(0, rows).Select(_ => Row(random, words, section))];
    }

    private LessonRow Row(SplitMix64 random, IReadOnlyList<string> words, string section)
    {
        var board = LessonBoard.Draw(random, RoomShare);
        var row = new LessonRowBuilder().Text($"{section}[Current Observation]:\n{board}\n");
        for (var i = 0; i < Questions; i++)
        {
            var (question, answer) = LessonQuestions.AboutBoard(random, board, words, placeShare);
            row.Ask($"{question} <answer>", $" {answer}");
        }

        return row.Build();
    }
}
