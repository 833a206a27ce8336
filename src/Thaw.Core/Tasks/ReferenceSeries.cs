namespace Thaw.Core.Tasks;

/// <summary>Instances of consecutive seeds of a public generator.</summary>
/// <param name="Make">May be called from several threads.</param>
public sealed record ReferenceSeries(uint FirstSeed, int Count, Func<uint, InstanceRow> Make);
