using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>(floor + sg π(y)) (−log π(y)): cross-entropy whose gradient no longer blows up on improbable tokens.</summary>
/// <remarks>
/// DFT, arXiv 2508.05629, has no floor; the code of arXiv 2510.00237 adds 1e-4, which is the default here. Its gradient is exactly
/// (floor + π(y)) times that of cross-entropy.
/// </remarks>
public sealed class DynamicFineTuning(double floor = 1e-4) : IObjective
{
    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        return scope.Keep(-(tokens.StoppedProbabilityN + floor) * tokens.LogN);
    }
}
