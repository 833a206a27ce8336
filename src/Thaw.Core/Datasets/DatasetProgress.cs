namespace Thaw.Core.Datasets;

/// <summary>How far an unfinished dataset has come; lies beside its partial files.</summary>
/// <param name="Plan">All that decides the bytes; rows of another plan are not gone on with.</param>
/// <param name="Files">The bytes of each file that hold these rows, and their hash.</param>
internal sealed record DatasetProgress(string Plan, long Rows, IReadOnlyList<DatasetProgress.Part> Files, IReadOnlyDictionary<string, long> Counts)
{
    internal sealed record Part(long Bytes, string Sha256);
}
