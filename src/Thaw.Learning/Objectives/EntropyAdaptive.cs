using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>(sg H₂₀ / 3)^alpha (−log π(y)), H₂₀ the entropy of the 20 most probable tokens: confident conflicts weigh little.</summary>
/// <remarks>EAFT as LLaMA-Factory has it: the 20 are normalised among themselves, and 3 is about ln 20. A smaller vocabulary is taken whole.</remarks>
/// <param name="alpha">1 as there; 0 is cross-entropy.</param>
public sealed class EntropyAdaptive(double alpha = 1.0) : IObjective
{
    private const int Candidates = 20;
    private const double Scale = 3.0;

    public Tensor TokenLosses(ScoredTokens tokens)
    {
        using var scope = new TensorScope();
        var count = Math.Min(Candidates, tokens.LogitsNV.Shape[1]);
        var log = tokens.LogitsNV.Detach().TopValues(count, -1).LogSoftmax(-1);
        var entropyN = -(log.Exp() * log).Sum(-1);
        return scope.Keep(-(entropyN / Scale).Power(alpha) * tokens.LogN);
    }
}
