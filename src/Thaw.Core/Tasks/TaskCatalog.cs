using Thaw.Core.Tasks.Points;
using Thaw.Core.Tasks.Points.Reference;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Tasks.Sokoban.Reference;
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

    /// <summary>The public generators that can be reproduced; a task that is not of the paper has none.</summary>
    public static IReadOnlyList<IReferenceSource> References { get; } =
    [
        new SokobanReference(),
        new PointsReference(),
    ];

    /// <exception cref="ArgumentException">No task has that name; the message gives the nearest one.</exception>
    public static ITask Find(string name) => All.FirstOrDefault(task => task.Name == name)
        ?? throw new ArgumentException(NearestName.Describe("task", name, All.Select(task => task.Name)));

    /// <exception cref="ArgumentException">The task has no such split; the message gives the nearest one.</exception>
    public static Split FindSplit(this ITask task, string name) => task.Splits.FirstOrDefault(split => split.Name == name)
        ?? throw new ArgumentException(NearestName.Describe($"{task.Name} split", name, task.Splits.Select(split => split.Name)));
}
