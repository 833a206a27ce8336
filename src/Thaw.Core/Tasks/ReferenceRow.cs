using System.Text.Json.Nodes;

namespace Thaw.Core.Tasks;

/// <summary>What the public generator makes of one seed, as a line of a data file.</summary>
/// <param name="Failure">Why it makes nothing, in one sentence without the seed; null where it makes an instance.</param>
public sealed record ReferenceRow(JsonObject Row, string? Failure);

/// <summary>Instances of consecutive seeds.</summary>
/// <param name="Make">May be called from several threads.</param>
public sealed record ReferenceSeries(uint FirstSeed, int Count, Func<uint, ReferenceRow> Make);
