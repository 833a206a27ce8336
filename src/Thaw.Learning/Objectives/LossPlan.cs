using Thaw.Learning.Models;

namespace Thaw.Learning.Objectives;

/// <summary>All that decides the loss of a step besides model and data.</summary>
public sealed record LossPlan(IObjective Objective, LossAggregation Aggregation = LossAggregation.TokenMean)
{
    /// <summary>Cross-entropy, every token alike.</summary>
    public static LossPlan CrossEntropy { get; } = new(new NegativeLogLikelihood());

    /// <summary>The model that <see cref="IObjective.Reference"/> asks for; the caller owns it. Null where none is asked for.</summary>
    public Decoder? Reference { get; init; }

    /// <summary>Steps after which the reference takes over the weights of the model; 0 leaves it as it is.</summary>
    public int RenewReferenceEvery { get; init; }

    /// <summary>All logits are divided by it before anything else: the model at another temperature.</summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>What the averaged loss is multiplied by.</summary>
    public double Scale { get; init; } = 1.0;

    /// <summary>Pulls the weights back to those of the base; null for none.</summary>
    public L2Anchor? Anchor { get; init; }

    /// <summary>How much noise the embeddings get in training, see <see cref="Training.EmbeddingNoise"/>; 0 for none.</summary>
    public double NeftuneAlpha { get; init; }

    public ulong NeftuneSeed { get; init; }
}
