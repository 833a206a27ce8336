using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>What is known of N sampled tokens besides what the model says about them now. The caller's scope owns the tensors.</summary>
/// <param name="AdvantagesN">How much better than its group the completion was that the token belongs to.</param>
/// <param name="OldLogN">log π(y) under the weights that are improved upon.</param>
public sealed record RolloutTokens(Tensor AdvantagesN, Tensor OldLogN);
