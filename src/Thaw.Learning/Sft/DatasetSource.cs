using Thaw.Core.Demonstrations;

namespace Thaw.Learning.Sft;

/// <summary>One source of a <c>dataset_mixture</c>: a file, or rows of a task's solver. What is null is as the keys of the run say.</summary>
public sealed record DatasetSource
{
    /// <summary>What metrics call it; null is the file's name, or task and diversity.</summary>
    public string? Name { get; init; }

    /// <summary>Its share of the rows, as a ratio to the other weights; null in all sources takes each by its number of rows.</summary>
    public double? Weight { get; init; }

    /// <summary>JSON Lines, or a folder of <c>thaw gen</c>; null: the task's solver writes the rows.</summary>
    public string? DatasetName { get; init; }

    public string? Task { get; init; }

    /// <summary>Decides which rows the solver writes.</summary>
    public ulong? Seed { get; init; }

    public Diversity? Diversity { get; init; }

    public int? Dose { get; init; }

    public string? Pool { get; init; }

    public DemonstrationFormat? Format { get; init; }

    public string? Split { get; init; }

    public int? DatasetSize { get; init; }

    public double? DefaultBindingShare { get; init; }

    public int? ExtraStarts { get; init; }

    public double? MarkShare { get; init; }

    internal bool HasSolverKey =>
        (Task, Pool, Split) is not (null, null, null)
        || Seed is not null || Diversity is not null || Dose is not null || Format is not null || DatasetSize is not null
        || DefaultBindingShare is not null || ExtraStarts is not null || MarkShare is not null;

    /// <summary>The settings of the run with those of this source in their place.</summary>
    internal SftOptions In(SftOptions run) => run with
    {
        DatasetMixture = [],
        DatasetName = DatasetName ?? "",
        Task = Task ?? run.Task,
        Seed = Seed ?? run.Seed,
        Diversity = Diversity ?? run.Diversity,
        Dose = Dose ?? run.Dose,
        Pool = Pool ?? run.Pool,
        Format = Format ?? run.Format,
        Split = Split ?? run.Split,
        DatasetSize = DatasetSize ?? run.DatasetSize,
        DefaultBindingShare = DefaultBindingShare ?? run.DefaultBindingShare,
        ExtraStarts = ExtraStarts ?? run.ExtraStarts,
        MarkShare = MarkShare ?? run.MarkShare,
    };
}
