using System.Text.Json;
using Thaw.Core.Storage;
using Thaw.Learning.Grpo;

namespace Thaw.Learning.Distribution;

/// <summary>Shares the prompts of a round of sampling out, in whole groups, and gives every rank the completions of all.</summary>
/// <remarks>What is sampled for a prompt depends on seed, round and place alone, and rewards of a whole step may be scaled together: so a round is the same on every number of ranks.</remarks>
internal static class RolloutExchange
{
    /// <summary>Whether the prompt at <paramref name="place"/> of <paramref name="prompts"/> is this rank's.</summary>
    public static bool IsOwn(Ranks ranks, int place, int prompts) => (int)((long)place * ranks.Count / prompts) == ranks.Number;

    /// <param name="own">Of this rank's prompts, in their order.</param>
    /// <returns>Of all prompts, in their order.</returns>
    public static IReadOnlyList<Rollout> OfAll(Ranks ranks, IReadOnlyList<Rollout> own) => ranks.Count == 1
        ? own
        : [.. ranks.Gather(JsonSerializer.Serialize(own, JsonFormat.Line)).SelectMany(text => JsonSerializer.Deserialize<Rollout[]>(text, JsonFormat.Line)!)];
}
