using System.Text.Json.Serialization;

namespace Thaw.Learning.Grpo;

/// <summary>One sample: a completion, or all turns of an episode.</summary>
/// <param name="Exercise">The number of what was practised on.</param>
/// <param name="Rewards">Each before it is weighted.</param>
/// <param name="Reward">Their weighted sum.</param>
/// <param name="Penalty">What the divergence from the starting weights takes off it; see <see cref="GrpoOptions.UseKlInReward"/>.</param>
internal sealed record Rollout(int Exercise, IReadOnlyList<RolloutTurn> Turns, double[] Rewards, double Reward, double Penalty = 0)
{
    /// <summary>What advantages are made of.</summary>
    [JsonIgnore]
    public double Return => Reward - Penalty;
}

/// <summary>A prompt and the completion that was sampled.</summary>
/// <param name="Log">log π of each token, as it was sampled.</param>
/// <param name="IsTruncated">It did not end by itself.</param>
internal sealed record RolloutTurn(int[] Prompt, int[] Completion, float[] Log, bool IsTruncated);
