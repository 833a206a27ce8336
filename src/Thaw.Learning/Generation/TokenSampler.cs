using System.Buffers;
using Thaw.Core.Generation;
using Thaw.Core.Randomness;

namespace Thaw.Learning.Generation;

/// <summary>Draws one token from logits: temperature, then min-p, top-k and top-p, as vLLM orders them.</summary>
internal static class TokenSampler
{
    // The greatest logit is multiplied by it as 0, and 0 times infinity is no number.
    private const double SteepestScale = 1e30;

    /// <summary>With temperature 0 the most probable token, the lowest id among equals; a tiny temperature comes to the same.</summary>
    public static int Choose(ReadOnlySpan<float> logits, SamplingOptions options, SplitMix64 random)
    {
        var best = Logits.Greatest(logits);
        if (options.IsGreedy)
        {
            return best;
        }

        var rented = ArrayPool<float>.Shared.Rent(logits.Length);
        try
        {
            var weights = rented.AsSpan(0, logits.Length);
            Logits.Exponentials(logits, logits[best], Math.Min(SteepestScale, 1.0 / options.Temperature), weights);
            var keepsAll = options.TopK == 0 && options.TopP >= 1.0 && options.MinP == 0;
            return keepsAll ? Draw(weights, random) : Draw(weights, Kept(weights, options), random);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    // From all tokens in the order of their ids. Sums of blocks first, so that most tokens are not looked at twice.
    private static int Draw(ReadOnlySpan<float> weights, SplitMix64 random)
    {
        const int Block = 256;
        var rented = ArrayPool<double>.Shared.Rent((weights.Length / Block) + 1);
        var sums = rented.AsSpan(0, (weights.Length + Block - 1) / Block);
        var total = 0.0;
        for (var block = 0; block < sums.Length; block++)
        {
            total += sums[block] = Logits.Sum(weights[(block * Block)..Math.Min(weights.Length, (block + 1) * Block)]);
        }

        var target = random.NextDouble() * total;
        var chosen = 0;
        while (chosen < sums.Length - 1 && target >= sums[chosen])
        {
            target -= sums[chosen++];
        }

        ArrayPool<double>.Shared.Return(rented);
        var last = LastPossible(weights);
        for (var id = chosen * Block; id < last; id++)
        {
            target -= weights[id];
            if (target < 0)
            {
                return id;
            }
        }

        return last;
    }

    // Rounding may leave a rest of the target behind the last token that has a weight at all.
    private static int LastPossible(ReadOnlySpan<float> weights)
    {
        var last = weights.Length - 1;
        while (last > 0 && weights[last] == 0)
        {
            last--;
        }

        return last;
    }

    // From the kept tokens, the most probable first.
    private static int Draw(ReadOnlySpan<float> weights, ReadOnlySpan<int> kept, SplitMix64 random)
    {
        var total = 0.0;
        foreach (var id in kept)
        {
            total += weights[id];
        }

        var target = random.NextDouble() * total;
        foreach (var id in kept[..^1])
        {
            target -= weights[id];
            if (target < 0)
            {
                return id;
            }
        }

        return kept[^1];
    }

    // The ids that may be drawn, the most probable first, the lower id among equals. Never empty: the greatest weight is 1.
    private static ReadOnlySpan<int> Kept(ReadOnlySpan<float> weights, SamplingOptions options)
    {
        var most = options.TopK > 0 ? Math.Min(options.TopK, weights.Length) : weights.Length;
        var total = most == weights.Length && options.MinP == 0 ? Logits.Sum(weights) : double.NaN;

        // Tokens below this share of the mass that top-p cuts off cannot belong to it, so they need no sorting.
        var cut = double.IsNaN(total) ? 0.0 : (1.0 - options.TopP) * total / weights.Length;
        var ids = most < weights.Length ? Logits.Top(weights, most) : Logits.AtLeast(weights, (float)Math.Max(options.MinP, cut * 0.999));
        var kept = CountAtLeast(weights, ids, (float)options.MinP);
        return ids.AsSpan(0, options.TopP < 1.0 ? Nucleus(weights, ids.AsSpan(0, kept), options.TopP, total) : kept);
    }

    private static int CountAtLeast(ReadOnlySpan<float> weights, int[] ids, float least)
    {
        var count = ids.Length;
        while (count > 1 && weights[ids[count - 1]] < least)
        {
            count--;
        }

        return count;
    }

    // Top-p keeps the token that reaches the mass, so at least one.
    private static int Nucleus(ReadOnlySpan<float> weights, ReadOnlySpan<int> ids, double topP, double total)
    {
        if (double.IsNaN(total))
        {
            total = 0;
            foreach (var id in ids)
            {
                total += weights[id];
            }
        }

        var mass = 0.0;
        for (var i = 0; i < ids.Length; i++)
        {
            mass += weights[ids[i]];
            if (mass >= topP * total)
            {
                return i + 1;
            }
        }

        return ids.Length;
    }
}
