using Thaw.Core.Demonstrations;
using Thaw.Core.Lessons;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks;
using Thaw.Core.Words;
using Thaw.Learning.Pretraining;

namespace Thaw.Learning.Tests.Pretraining;

public sealed class LessonTests
{
    private static readonly IReadOnlyList<(string Lesson, LessonRow Row)> s_rows =
        [.. from lesson in LessonCatalog.All from row in lesson.Write(SplitMix64.For(1, lesson.Name), 150) select (lesson.Name, row)];

    public static TheoryData<string> Names => new(LessonCatalog.All.Select(lesson => lesson.Name));

    [Fact]
    public void Write_AnyLesson_NeverAsksForAMove()
    {
        // The question that a game asks; a base that had seen it answered would have been trained on the benchmark.
        var task = TaskCatalog.Find("sokoban");
        var prompt = task.Begin(task.Splits[0], task.DrawInstances(task.Splits[0], Fold.Train, 1, 0)[0], 0).Prompt.Text;
        Assert.Contains("Decide the next action", prompt, StringComparison.Ordinal);

        Assert.All(s_rows, row => Assert.DoesNotContain(row.Row.Texts, text => text.Contains("Decide", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Write_HeldOutWords_OccurInLessonsButNeverInDemonstrations()
    {
        var heldOut = Lexicon.Default.HeldOut.ToHashSet();
        var inLessons = s_rows.SelectMany(row => row.Row.Texts).SelectMany(WordsOf).Where(heldOut.Contains).Distinct().Count();
        var demonstrations = TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(Diversity.Diverse, 1)).Take(1500).ToList();

        // A word of some hundred is drawn about as often as any other, so most occur in 150 rows.
        Assert.InRange(inLessons, heldOut.Count / 2, heldOut.Count);
        Assert.All(demonstrations, row => Assert.DoesNotContain(WordsOf(row.Prompt + row.Completion), heldOut.Contains));
        Assert.Contains(demonstrations, row => WordsOf(row.Completion).Any(Lexicon.Default.Training.Contains));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_TheSameStreamTwice_GivesTheSameRows(string name)
    {
        var lesson = LessonCatalog.Find(name);
        Assert.Equal(Texts(3), Texts(3));
        Assert.NotEqual(Texts(3), Texts(4));

        IReadOnlyList<string> Texts(ulong seed) => [.. lesson.Write(SplitMix64.For(seed, "lesson"), 5).SelectMany(row => row.Texts)];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_AnyRow_HasSomethingToLearnAndNothingThatCannotBePredicted(string name) =>
        Assert.All(s_rows.Where(row => row.Lesson == name), row =>
        {
            // The first token of a stem or branch has nothing in its own sequence that would predict it there.
            Assert.All(row.Row.Branches.Prepend(row.Row.Stem), parts => Assert.False(parts[0].IsScored));
            Assert.Contains(row.Row.Branches.Prepend(row.Row.Stem).SelectMany(parts => parts), part => part.IsScored && part.Text.Length > 0);
        });

    [Fact]
    public void Find_AnUnknownLesson_ListsTheKnownOnes()
    {
        var error = Assert.Throws<ArgumentException>(() => LessonCatalog.Find("readin"));

        Assert.Contains("'readin'. Known: language, lookup", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> WordsOf(string text) => text.Split([' ', '\n', '\t', ',', '.', ':', '|', '<', '>', '/'], StringSplitOptions.RemoveEmptyEntries);
}
