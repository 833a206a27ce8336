using Thaw.Torch;

namespace Thaw.Learning.Models;

// Shapes: B rows, S new positions, T all positions, D model width, N query heads, K key/value heads, G = N / K, H head width.

/// <summary>What every layer of one pass shares: where the new positions stand and what they may see.</summary>
/// <param name="Rotary">Table rows of the new positions.</param>
/// <param name="Mask">Added to the scores: [B, 1, T], 0 where the one new position may look and minus infinity where not; null is causal.</param>
internal sealed record AttentionPass(RotaryRows Rotary, Tensor? Mask, KeyValueCache? Cache, DType ComputeType);

/// <summary>Causal grouped-query attention.</summary>
/// <remarks>Order: project, split heads, norm over H where the family has it, rotate, attend, project.</remarks>
internal sealed class Attention(
    DecoderConfig config, int layer, Linear query, Linear key, Linear value, Linear output, RmsNorm? queryNorm, RmsNorm? keyNorm)
{
    public Tensor Forward(Tensor xBSD, AttentionPass pass)
    {
        using var scope = new TensorScope();
        var (b, s) = (xBSD.Shape[0], xBSD.Shape[1]);
        var qBNSH = pass.Rotary.Apply(query.Forward(xBSD).Reshape(b, s, config.QueryHeads, config.HeadWidth), queryNorm);
        var kBKTH = pass.Rotary.Apply(key.Forward(xBSD).Reshape(b, s, config.KeyValueHeads, config.HeadWidth), keyNorm);
        var vBKTH = value.Forward(xBSD).Reshape(b, s, config.KeyValueHeads, config.HeadWidth).Transpose(1, 2);
        if (pass.Cache is not null)
        {
            (kBKTH, vBKTH) = pass.Cache.Append(layer, kBKTH, vBKTH);
        }

        return scope.Keep(output.Forward(Attend(qBNSH, kBKTH, vBKTH, pass.Mask)));
    }

    // The G query heads of a key/value head stand as G * S rows of one matrix, so no key or value is repeated.
    private Tensor Attend(Tensor qBNSH, Tensor kBKTH, Tensor vBKTH, Tensor? mask)
    {
        using var scope = new TensorScope();
        var (b, n, s, h) = (qBNSH.Shape[0], qBNSH.Shape[1], qBNSH.Shape[2], qBNSH.Shape[3]);
        var (k, t) = (kBKTH.Shape[1], kBKTH.Shape[2]);
        var (rows, g) = (b * k, n / k);

        var scores = qBNSH.Reshape(rows, g * s, h).MatMul(kBKTH.Reshape(rows, t, h).Transpose(1, 2));
        var weights = Weights(scores, mask, k, s);
        var seen = weights.MatMul(vBKTH.Reshape(rows, t, h));
        return scope.Keep(seen.Reshape(b, n, s, h).Transpose(1, 2).Reshape(b, s, n * h));
    }

    private Tensor Weights(Tensor scores, Tensor? mask, long k, long s)
    {
        var scale = 1.0 / Math.Sqrt(config.HeadWidth);
        if (mask is null && !scores.Device.IsCuda)
        {
            return FusedOperators.CausalSoftmax(scores, scale, s);
        }

        using var scope = new TensorScope();
        var (rows, t) = (scores.Shape[0], scores.Shape[2]);
        var hidden = mask is null
            ? CausalMask(s, t, scores.Device).Expand(scores.Shape[1] / s, s, t).Reshape(1, scores.Shape[1], t)
            : mask.Unsqueeze(1).Expand(rows / k, k, 1, t).Reshape(rows, 1, t);
        return scope.Keep(((scores.Cast(DType.Float32) * scale) + hidden).Softmax(-1).Cast(scores.DType));
    }

    /// <summary>[S, T]: 0 up to and including a position's own column, minus infinity after it.</summary>
    internal static Tensor CausalMask(long s, long t, Device device)
    {
        using var scope = new TensorScope();
        return scope.Keep(Tensor.Full([s, t], double.NegativeInfinity, DType.Float32, device).UpperTriangle((int)(t - s) + 1));
    }
}
