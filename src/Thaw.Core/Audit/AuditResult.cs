namespace Thaw.Core.Audit;

/// <summary>What two datasets have in common.</summary>
public sealed record AuditResult(
    AuditedDataset A, AuditedDataset B, IReadOnlyDictionary<string, Overlap> Overlap, IReadOnlyList<Coverage> Coverage);

/// <summary>One of the two.</summary>
/// <param name="Unread">Rows in which no task recognised an instance; their prompts are compared all the same.</param>
public sealed record AuditedDataset(string Path, long Rows, long Unread);

/// <summary>What may be the same in two datasets, from the narrowest to the widest.</summary>
public enum OverlapKind
{
    /// <summary>The whole text.</summary>
    Prompt,

    /// <summary>The position or the hand as it is shown.</summary>
    Instance,

    /// <summary>The instance but for symmetry or order.</summary>
    Canonical,

    /// <summary>What the words mean, all together.</summary>
    Mapping,

    /// <summary>Single words of the mapping.</summary>
    Word,
}

/// <summary>One kind of overlap.</summary>
/// <param name="Shared">Different ones that occur in both.</param>
/// <param name="RowsOfA">Occurrences in A of what B has too; likewise <paramref name="RowsOfB"/>.</param>
/// <param name="ShareOfA">The same as a share of all its occurrences in A; null where it has none.</param>
public sealed record Overlap(int DistinctA, int DistinctB, int Shared, long RowsOfA, long RowsOfB, double? ShareOfA, double? ShareOfB);

/// <summary>How much of the instances that could occur does occur.</summary>
/// <param name="Dataset"><c>a</c> or <c>b</c>.</param>
/// <param name="Family">Task and family: <c>points, 4 cards to 24</c>.</param>
/// <param name="Estimated">
/// The chance that another row of the same source shows a canonical instance that is there already, by Good and Turing's estimate:
/// 1 less the share of rows whose instance occurs once. Means nothing for a source that gives no instance twice.
/// </param>
/// <param name="Possible">How many canonical instances there are, where they can be listed.</param>
/// <param name="Covered">How many of those occur.</param>
public sealed record Coverage(string Dataset, string Family, long Rows, int Distinct, double Estimated, int? Possible, int? Covered);
