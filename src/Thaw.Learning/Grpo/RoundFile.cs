using Thaw.Core.Storage;

namespace Thaw.Learning.Grpo;

/// <summary>The round in use as part of a checkpoint: after an update the weights that sampled it are gone.</summary>
internal static class RoundFile
{
    private const string Name = "rollouts.jsonl";
    private const string StateName = "rollout_state.jsonl";

    /// <param name="tokens">Sampled in this run so far, prompts included.</param>
    /// <param name="gap">The greatest between sampler and trainer since metrics were last written.</param>
    public static void Write(string folder, RolloutRound round, long tokens, double gap)
    {
        AtomicFile.Write(Path.Combine(folder, Name), stream => JsonLines.Write(stream, round.Rollouts));
        AtomicFile.Write(Path.Combine(folder, StateName), stream => JsonLines.Write<State>(stream, [new State(round.Number, tokens, gap)]));
    }

    /// <returns>Null where the folder has none, as one that another verb has made.</returns>
    /// <exception cref="InvalidDataException">A line is malformed.</exception>
    public static (RolloutRound Round, long Tokens, double Gap)? ReadOrNull(string folder, GrpoOptions options)
    {
        var path = Path.Combine(folder, StateName);
        return File.Exists(path) && JsonLines.Read<State>(path).FirstOrDefault() is { } state
            ? (new RolloutRound(state.Round, [.. JsonLines.Read<Rollout>(Path.Combine(folder, Name))], options), state.NumTokens, state.SamplerGap)
            : null;
    }

    private sealed record State(int Round, long NumTokens, double SamplerGap = 0);
}
