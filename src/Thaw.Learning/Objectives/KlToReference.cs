using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>The divergence between the model and the base over the whole vocabulary, at each place of a demonstration.</summary>
/// <remarks>
/// <c>reverse</c> is KL(π ‖ π_ref), the formula of arXiv 2510.00237 (whose comment calls it forward) and ASFT's repository;
/// <c>forward</c> is KL(π_ref ‖ π), LLaMA-Factory's. Both and their gradients are 0 where the models agree.
/// </remarks>
public sealed class KlToReference(KlDirection direction) : IObjective
{
    public ReferenceKind Reference => ReferenceKind.Base;

    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var (log, reference) = (tokens.LogNV, tokens.RequireReferenceNV());
        return scope.Keep(direction == KlDirection.Reverse
            ? (log.Exp() * (log - reference)).Sum(-1)
            : (reference.Exp() * (reference - log)).Sum(-1));
    }
}

/// <summary>Named as in <c>kl_direction</c>.</summary>
public enum KlDirection
{
    /// <summary>KL(π_ref ‖ π).</summary>
    Forward,

    /// <summary>KL(π ‖ π_ref).</summary>
    Reverse,
}
