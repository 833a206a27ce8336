using Thaw.Core.Generation;
using Thaw.Core.Randomness;
using Thaw.Learning.Generation;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Generation;

/// <summary>The engine's slow twin: one row alone, without cache, the whole sequence through the whole model for each token.</summary>
internal static class PlainTwin
{
    /// <returns>Ids and log-probabilities, without what the penalties, bias and stop strings would change.</returns>
    public static List<(int Id, double LogProbability)> Continue(Decoder model, int[] prompt, SamplingOptions options)
    {
        using var noGrad = new NoGradScope();
        var random = new SplitMix64(options.Seed);
        var tokens = new List<(int Id, double LogProbability)>();
        while (tokens.Count < options.MaxNewTokens)
        {
            using var scope = new TensorScope();
            int[] ids = [.. prompt, .. tokens.Select(token => token.Id)];
            var logits = model.Project(model.Forward(TinyModels.Matrix(ids))).Select(0, 0).Select(0, ids.Length - 1);
            var id = TokenSampler.Choose(logits.ToFloats(), options, random);
            tokens.Add((id, logits.Cast(DType.Float64).LogSoftmax(-1).ToDoubles()[id]));
        }

        return tokens;
    }
}
