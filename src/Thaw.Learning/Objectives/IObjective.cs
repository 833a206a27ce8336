using Thaw.Torch;

namespace Thaw.Learning.Objectives;

// Shapes in this folder: N scored tokens, V vocabulary.

/// <summary>What is minimised: a loss for each scored token. How the tokens of a step are averaged is another question, see <see cref="LossAggregation"/>.</summary>
public interface IObjective
{
    /// <summary>The other model that the losses are compared with; <see cref="ScoredTokens.ReferenceNV"/> is there only when one is named.</summary>
    ReferenceKind Reference => ReferenceKind.None;

    /// <returns>Losses [N], with gradient towards the logits only where the formula has none stopped.</returns>
    Tensor TokenLosses(ScoredTokens tokens);

    /// <summary>What an objective for sampled completions has to say about them besides its loss.</summary>
    PolicyMeasures Measure(ScoredTokens tokens) => PolicyMeasures.None;
}

/// <summary>Another opinion that an objective asks for.</summary>
public enum ReferenceKind
{
    None,

    /// <summary>The weights that training began with.</summary>
    Base,

    /// <summary>The weights of some steps ago; see <see cref="ProximalFineTuning"/>.</summary>
    Old,
}
