using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;

namespace Thaw.Core.Audit;

/// <summary>Measures what two datasets share: prompts, instances, mappings, words.</summary>
/// <remarks>Both are read as streams; memory grows with what is different in them, by a few dozen bytes each.</remarks>
public static class DatasetAudit
{
    /// <exception cref="InvalidDataException">A line is malformed, or no row of a file holds a prompt or an instance.</exception>
    public static AuditResult Compare(string pathOfA, string pathOfB, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        var a = Read(pathOfA, progress, cancellation);
        var b = Read(pathOfB, progress, cancellation);
        return new AuditResult(
            new AuditedDataset(pathOfA, a.Rows, a.Unread),
            new AuditedDataset(pathOfB, b.Rows, b.Unread),
            Enum.GetValues<OverlapKind>().ToDictionary(JsonFormat.NameOf, kind => OverlapOf(a[kind], b[kind])),
            [.. CoverageOf("a", a), .. CoverageOf("b", b)]);
    }

    private static DatasetTally Read(string path, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        var tally = new DatasetTally();
        foreach (var row in AuditedRow.ReadAll(path))
        {
            cancellation.ThrowIfCancellationRequested();
            tally.Add(row);
            progress.Report(new WorkProgress($"reading {Path.GetFileName(path)}", tally.Rows, 0, $"{tally.Rows} rows"));
        }

        return tally.Unread == tally.Rows && tally[OverlapKind.Prompt].Total == 0
            ? throw new InvalidDataException($"{path}: no row holds a prompt, or an instance of {string.Join(" or ", TaskCatalog.Readers.Select(reader => reader.Task))}.")
            : tally;
    }

    private static Overlap OverlapOf(KeyCounts a, KeyCounts b)
    {
        var (rowsOfA, rowsOfB) = (a.OccurrencesIn(b), b.OccurrencesIn(a));
        return new Overlap(a.Distinct, b.Distinct, a.SharedWith(b), rowsOfA, rowsOfB, ShareOf(rowsOfA, a.Total), ShareOf(rowsOfB, b.Total));
    }

    private static double? ShareOf(long part, long total) => total == 0 ? null : (double)part / total;

    private static IEnumerable<Coverage> CoverageOf(string dataset, DatasetTally tally) => tally.Families.Select(family =>
    {
        var ((task, name), (instances, extent)) = family;
        var listed = TaskCatalog.ReaderOf(task)!.ListInstances(name, extent);
        return new Coverage(
            dataset,
            $"{task}, {name}",
            instances.Total,
            instances.Distinct,
            1.0 - ((double)instances.Singletons / instances.Total),
            listed?.Count,
            listed?.Count(instances.Contains));
    });
}
