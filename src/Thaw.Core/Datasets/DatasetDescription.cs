namespace Thaw.Core.Datasets;

/// <summary>What a dataset is and how it was made.</summary>
/// <param name="Title">As a person reads it: <c>sokoban: diverse, answer</c>.</param>
/// <param name="Command">The command line that makes these very bytes, but for the folder.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Notes">What else a reader must know, one sentence each.</param>
public sealed record DatasetDescription(string Title, string Task, int Rows, ulong Seed, string Command, string Version, IReadOnlyList<string> Notes)
{
    /// <summary>All that decides the bytes of the rows.</summary>
    public override string ToString() => $"{Command} | {Rows} rows | {Version}";
}
