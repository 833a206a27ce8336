using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>Σ_v q(v) w(v) (log π(v) − log π(y)), q = sg softmax(z / beta): fits the demonstration and keeps the rest of the distribution wide.</summary>
/// <remarks>
/// GEM, arXiv 2408.16673. w is 1 (<c>linear</c>) or sg σ(0.01 (z_v − z_y)) (<c>logsigmoid</c>). With w = 1 the gradient towards
/// z_v is q(v) − [v = y].
/// </remarks>
/// <param name="beta">0.7 as there.</param>
public sealed class Gem(double beta = 0.7, GemForm form = GemForm.Linear) : IObjective
{
    private const double Slope = 0.01;

    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var z = tokens.LogitsNV.Detach();
        var weights = (z / beta).Softmax(-1);
        if (form == GemForm.LogSigmoid)
        {
            weights *= ((z - z.Gather(-1, tokens.TargetsN.Unsqueeze(-1))) * Slope).Sigmoid();
        }

        return scope.Keep((weights * (tokens.LogNV - tokens.LogN.Unsqueeze(-1))).Sum(-1));
    }
}

/// <summary>Named as in <c>gem_h</c>.</summary>
public enum GemForm
{
    Linear,
    LogSigmoid,
}
