namespace Thaw.Core.Lessons;

/// <summary>Puts a row together: a stem of text that is given, and branches with answers that are scored.</summary>
public sealed class LessonRowBuilder
{
    private readonly List<LessonPart> _stem = [];
    private readonly List<IReadOnlyList<LessonPart>> _branches = [];

    /// <summary>Adds text that is given.</summary>
    public LessonRowBuilder Text(string text)
    {
        _stem.Add(new LessonPart(text, IsScored: false));
        return this;
    }

    /// <summary>Adds text to be learnt.</summary>
    public LessonRowBuilder Scored(string text)
    {
        _stem.Add(new LessonPart(text, IsScored: true));
        return this;
    }

    /// <summary>Adds a question behind the stem, and its answer; no other question sees it.</summary>
    public LessonRowBuilder Ask(string question, string answer)
    {
        _branches.Add([new LessonPart(question, IsScored: false), new LessonPart(answer, IsScored: true)]);
        return this;
    }

    public LessonRow Build() => new(_stem, _branches);
}
