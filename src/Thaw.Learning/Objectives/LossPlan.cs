using Thaw.Learning.Models;

namespace Thaw.Learning.Objectives;

/// <summary>All that decides the loss of a step besides model and data.</summary>
/// <param name="Reference">The model that <see cref="IObjective.Reference"/> asks for; the caller owns it. Null where none is asked for.</param>
/// <param name="Anchor">Pulls the weights back to those of the base; null for none.</param>
public sealed record LossPlan(
    IObjective Objective, LossAggregation Aggregation = LossAggregation.TokenMean, Decoder? Reference = null, L2Anchor? Anchor = null)
{
    /// <summary>Cross-entropy, every token alike.</summary>
    public static LossPlan CrossEntropy { get; } = new(new NegativeLogLikelihood());
}
