using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>Another objective on the tokens with least ≤ sg π(y) ≤ most, and 0 on all others.</summary>
/// <remarks>
/// The thresholded forms of arXiv 2510.00526: of <c>nll</c> and <c>neg_p</c>, on likely or on unlikely tokens alone. The others stay in
/// the averages, so fewer tokens do not learn faster.
/// </remarks>
public sealed class Thresholded(IObjective inner, double least, double most) : IObjective
{
    public ReferenceKind Reference => inner.Reference;

    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var chosen = tokens.StoppedProbabilityN;
        var zero = Tensor.Zeros([1], chosen.DType, chosen.Device);
        var losses = Tensor.Where(chosen.Less(least), zero, inner.TokenLosses(tokens));
        return scope.Keep(Tensor.Where(chosen.Greater(zero + most), zero, losses));
    }
}
