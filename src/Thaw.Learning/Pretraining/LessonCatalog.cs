using Thaw.Core.Lessons;
using Thaw.Core.Tasks;

namespace Thaw.Learning.Pretraining;

/// <summary>All lessons by name: those of no task, and those of each task.</summary>
internal static class LessonCatalog
{
    public static IReadOnlyList<ILesson> All { get; } = [.. GeneralLessons.All, .. TaskCatalog.All.SelectMany(task => task.Lessons)];

    /// <exception cref="ArgumentException">No lesson has that name.</exception>
    public static ILesson Find(string name) => All.FirstOrDefault(lesson => lesson.Name == name)
        ?? throw new ArgumentException($"Key 'stages' names the lesson '{name}'. Known: {string.Join(", ", All.Select(lesson => lesson.Name))}.");
}
