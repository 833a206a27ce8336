using Thaw.Core.Generation;
using Thaw.Core.Randomness;

namespace Thaw.Learning.Generation;

/// <summary>Draws one token from logits: temperature, then top-k, then top-p, as Hugging Face orders them.</summary>
internal static class TokenSampler
{
    /// <summary>With temperature 0 the most probable token, the lowest id among equals.</summary>
    public static int Choose(ReadOnlySpan<float> logits, SamplingOptions options, SplitMix64 random)
    {
        if (options.IsGreedy)
        {
            return Greatest(logits);
        }

        var ids = new int[logits.Length];
        var weights = new double[logits.Length];
        var greatest = logits[Greatest(logits)];
        for (var id = 0; id < ids.Length; id++)
        {
            ids[id] = id;
            weights[id] = -Math.Exp((logits[id] - greatest) / options.Temperature);
        }

        // Negative weights sort the most probable first; the sort is made stable by the ids.
        if (options.TopK > 0 || options.TopP < 1.0)
        {
            Array.Sort(ids, (a, b) => weights[a].CompareTo(weights[b]) is not 0 and var order ? order : a.CompareTo(b));
        }

        var kept = Kept(ids, weights, options);
        var target = random.NextDouble() * ids.Take(kept).Sum(id => -weights[id]);
        for (var i = 0; i < kept - 1; i++)
        {
            target += weights[ids[i]];
            if (target < 0)
            {
                return ids[i];
            }
        }

        return ids[kept - 1];
    }

    // Top-p keeps the token that reaches the mass, so at least one.
    private static int Kept(int[] ids, double[] weights, SamplingOptions options)
    {
        var count = options.TopK > 0 ? Math.Min(options.TopK, ids.Length) : ids.Length;
        if (options.TopP >= 1.0)
        {
            return count;
        }

        var total = ids.Take(count).Sum(id => -weights[id]);
        var mass = 0.0;
        for (var i = 0; i < count; i++)
        {
            mass -= weights[ids[i]];
            if (mass >= options.TopP * total)
            {
                return i + 1;
            }
        }

        return count;
    }

    private static int Greatest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var id = 1; id < logits.Length; id++)
        {
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }

        return best;
    }
}
