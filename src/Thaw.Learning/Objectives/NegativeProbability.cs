using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>−π(y)^power: learns from what the model holds possible and gives the rest up.</summary>
/// <remarks>arXiv 2510.00526, which has powers 1 and 10. Its gradient is power · π(y)^power times that of cross-entropy.</remarks>
public sealed class NegativeProbability(double power = 1.0) : IObjective
{
    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        return scope.Keep(-(tokens.LogN * power).Exp());
    }
}
