using System.Text.Json.Nodes;

namespace Thaw.Core.Tasks;

/// <summary>An instance as a line of a data file.</summary>
/// <param name="Failure">Why there is none, in one sentence, where the public generator fails for a seed; else null.</param>
public sealed record InstanceRow(JsonObject Row, string? Failure = null);
