using Thaw.Core.Tasks;
using Thaw.Learning.Training;

namespace Thaw.Learning.Sft.Rows;

/// <summary>Rows that a task's solver writes while they are read.</summary>
internal static class SolverRows
{
    /// <exception cref="ArgumentException">The options ask for what the task does not have.</exception>
    public static IEnumerable<SourceRow> Write(SftOptions options)
    {
        var task = TaskCatalog.Find(options.Task);
        return task.Demonstrate(options.PlanOf(task)).Take(options.DatasetSize).Select((row, index) => new SourceRow(
            $"{options.Task}: row {index + 1}", new TextContent(row.Prompt, row.Completion), row.Task, row.InstanceId, IsOfSolver: true));
    }
}
