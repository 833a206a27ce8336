namespace Thaw.Core.Datasets;

/// <summary>A file of a dataset that is complete.</summary>
/// <param name="Sha256">Of its bytes, as lower-case hexadecimal.</param>
public sealed record DatasetFile(string Path, long Bytes, string Sha256);
