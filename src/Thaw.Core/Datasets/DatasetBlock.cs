namespace Thaw.Core.Datasets;

/// <summary>Some rows of a dataset, ready to be written.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Bytes">Their lines, for each file of the dataset.</param>
/// <param name="Counts">What to count of them: <c>split diverse</c>, 256.</param>
public sealed record DatasetBlock(int Rows, IReadOnlyList<ReadOnlyMemory<byte>> Bytes, IReadOnlyDictionary<string, long> Counts);
