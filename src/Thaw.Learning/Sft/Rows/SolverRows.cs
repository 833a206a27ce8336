using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;

namespace Thaw.Learning.Sft.Rows;

/// <summary>Rows that a task's solver writes while they are read.</summary>
internal static class SolverRows
{
    /// <exception cref="ArgumentException">The options ask for what the task does not have.</exception>
    public static IEnumerable<SourceRow> Write(SftOptions options)
    {
        var task = TaskCatalog.Find(options.Task);
        var split = options.Split is { } name ? task.FindSplit(name) : null;
        var plan = new DemonstrationPlan(
            options.Diversity, options.Seed, options.DefaultBindingShare, options.ExtraStarts, options.Dose, options.Format, options.Pool, options.MarkShare, split);
        return task.Demonstrate(plan).Take(options.DatasetSize).Select((row, index) => new SourceRow(
            $"{options.Task}: row {index + 1}", new TextContent(row.Prompt, row.Completion), row.Task, row.InstanceId, IsOfSolver: true));
    }
}
