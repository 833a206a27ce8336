using Thaw.Core.Storage;

namespace Thaw.Learning.Grpo;

/// <summary>The round in use as part of a checkpoint: after an update the weights that sampled it are gone.</summary>
internal static class RoundFile
{
    private const string Name = "rollouts.jsonl";

    public static void Write(string folder, RolloutRound round) =>
        AtomicFile.Write(Path.Combine(folder, Name), stream => JsonLines.Write(stream, round.Rollouts));

    /// <exception cref="InvalidDataException">A line is malformed.</exception>
    public static RolloutRound? ReadOrNull(string folder, int number, GrpoOptions options)
    {
        var path = Path.Combine(folder, Name);
        return File.Exists(path) ? new RolloutRound(number, [.. JsonLines.Read<Rollout>(path)], options) : null;
    }
}
