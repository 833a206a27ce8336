namespace Thaw.Core.Lessons;

/// <summary>The lessons that belong to no task.</summary>
public static class GeneralLessons
{
    public static IReadOnlyList<ILesson> All { get; } = [new LanguageLesson()];
}
