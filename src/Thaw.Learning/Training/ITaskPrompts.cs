using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;
using static Thaw.Learning.Training.Setting;

namespace Thaw.Learning.Training;

/// <summary>The keys that say which prompts of a task are taken: the same in fine-tuning, reinforcement learning and collecting.</summary>
internal interface ITaskPrompts
{
    ulong Seed { get; }

    Diversity Diversity { get; }

    int? Dose { get; }

    string? Pool { get; }

    string? Split { get; }

    double DefaultBindingShare { get; }

    double MarkShare { get; }

    int ExtraStarts { get; }

    int DatasetSize { get; }

    /// <summary>What the solver writes; nothing to those who take its prompts alone.</summary>
    DemonstrationFormat Format => DemonstrationFormat.Answer;
}

internal static class TaskPrompts
{
    /// <exception cref="ArgumentException">The task has no such split.</exception>
    public static DemonstrationPlan PlanOf(this ITaskPrompts keys, ITask task) => new(
        keys.Diversity, keys.Seed, keys.DefaultBindingShare, keys.ExtraStarts, keys.Dose, keys.Format, keys.Pool, keys.MarkShare, keys.Split is { } name ? task.FindSplit(name) : null);

    /// <param name="above">Goes before the key in the message.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static void ValidatePrompts(this ITaskPrompts keys, string above = "")
    {
        Require(keys.Dose is null or > 0, above + "dose", $"must be positive, not {keys.Dose}");
        Require(keys.DatasetSize > 0, above + "dataset_size", $"must be positive, not {keys.DatasetSize}");
        Require(keys.DefaultBindingShare is >= 0 and <= 1, above + "default_binding_share", "must lie between 0 and 1");
        Require(keys.MarkShare is >= 0 and <= 1, above + "mark_share", "must lie between 0 and 1");
        Require(keys.ExtraStarts >= 0, above + "extra_starts", $"must not be negative, not {keys.ExtraStarts}");
    }
}
