using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>(1 − sg π(y))^power (−log π(y)): <c>aft</c> of the code of arXiv 2510.00237, which looks away from what is known already.</summary>
/// <param name="power">1 as there; 0 is cross-entropy.</param>
public sealed class FocalFineTuning(double power = 1.0) : IObjective
{
    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var doubt = -tokens.StoppedProbabilityN + 1.0;
        return scope.Keep(-doubt.Power(power) * tokens.LogN);
    }
}
