using Thaw.Core.Tasks.Points;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Text;

namespace Thaw.Core.Tasks;

/// <summary>The one list of tasks: a new task is one folder and one line here.</summary>
public static class TaskCatalog
{
    public static IReadOnlyList<ITask> All { get; } =
    [
        new SokobanTask(),
        new PointsTask(),
    ];

    /// <summary>The public generators that can be reproduced, of the tasks that have one.</summary>
    public static IReadOnlyList<IReferenceSource> References { get; } = [.. All.Select(task => task.Reference).OfType<IReferenceSource>()];

    /// <summary>What can read foreign prompts, of the tasks that have one.</summary>
    public static IReadOnlyList<IPromptReader> Readers { get; } = [.. All.Select(task => task.PromptReader).OfType<IPromptReader>()];

    /// <exception cref="ArgumentException">No task has that name; the message gives the nearest one.</exception>
    public static ITask Find(string name) => All.FirstOrDefault(task => task.Name == name)
        ?? throw new ArgumentException(NearestName.Describe("task", name, All.Select(task => task.Name)));

    /// <exception cref="ArgumentException">The task has no public generator, or is not known; the message gives the nearest one.</exception>
    public static IReferenceSource FindReference(string task) => References.FirstOrDefault(source => source.Task == task)
        ?? throw new ArgumentException(NearestName.Describe("task of the paper", task, References.Select(source => source.Task)));

    /// <summary>The reader of a task's prompts, or null.</summary>
    public static IPromptReader? ReaderOf(string task) => Readers.FirstOrDefault(reader => reader.Task == task);

    /// <exception cref="ArgumentException">The task has no such split; the message gives the nearest one.</exception>
    public static Split FindSplit(this ITask task, string name) => task.Splits.FirstOrDefault(split => split.Name == name)
        ?? throw new ArgumentException(NearestName.Describe($"{task.Name} split", name, task.Splits.Select(split => split.Name)));
}
