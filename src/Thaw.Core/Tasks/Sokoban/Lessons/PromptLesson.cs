using Thaw.Core.Lessons;
using Thaw.Core.Randomness;

namespace Thaw.Core.Tasks.Sokoban.Lessons;

/// <summary>The prompt of the task with other questions in place of the decision, answered in its exact format.</summary>
/// <remarks>Some of the questions want any of the words, drawn at random: a base that has learnt this answers in the stated words and solves nothing.</remarks>
internal sealed class PromptLesson(double plainShare, double placeShare) : ILesson
{
    private const int ExactQuestions = 2;
    private const int ShortQuestions = 6;
    private const double RoomShare = 0.8;
    private const double BoardQuestionShare = 0.75;

    private static readonly string[] s_anyWord =
    [
        "Choose any action:", "Name one of the answers:", "Pick some action:", "Say any allowed word:", "Choose one answer at random:",
        "Pick an action without thinking:", "Name the next word you like:",
    ];

    public string Name => "prompt";

    public IReadOnlyList<LessonRow> Write(SplitMix64 random, int rows)
    {
        var words = LessonWords.Draw(random, plainShare);
        var before = SokobanPrompt.Before(LessonWords.AnswersSection(random, words));
        return [.. Enumerable.Range(0, rows).Select(_ => Row(random, words, before))];
    }

    private LessonRow Row(SplitMix64 random, IReadOnlyList<string> words, string before)
    {
        var board = LessonBoard.Draw(random, RoomShare);
        var row = new LessonRowBuilder().Text($"{before}{board}");
        for (var i = 0; i < ExactQuestions; i++)
        {
            var (question, answer) = random.NextBool(BoardQuestionShare)
                ? LessonQuestions.AboutBoard(random, board, words, placeShare)
                : (random.Pick(s_anyWord), random.Pick(words));
            row.Ask(SokobanPrompt.After(question), $"{SokobanPrompt.WriteAnswer(answer)}<|im_end|>");
        }

        for (var i = 0; i < ShortQuestions; i++)
        {
            var (question, answer) = LessonQuestions.AboutBoard(random, board, words, placeShare);
            row.Ask($"\n{question} <answer>", $" {answer}");
        }

        return row.Build();
    }
}
