using Thaw.Torch;

namespace Thaw.Learning.Models;

// Shapes: B rows, S new positions, T all positions, D model width, N query heads, K key/value heads, G = N / K, H head width.

/// <summary>What every layer of one pass shares: where the new positions stand and what they may see.</summary>
/// <param name="Rotary">Table rows of the new positions.</param>
/// <param name="Mask">Added to the scores: [1 or B, S, T], 0 where a position may be seen and minus infinity where not; null sees all.</param>
internal sealed record AttentionPass((Tensor CosBT1H, Tensor SinBT1H) Rotary, Tensor? Mask, KeyValueCache? Cache);

/// <summary>Causal grouped-query attention.</summary>
/// <remarks>Order: project, split heads, norm over H where the family has it, rotate, attend, project.</remarks>
internal sealed class Attention(
    DecoderConfig config, int layer, Linear query, Linear key, Linear value, Linear output, RmsNorm? queryNorm, RmsNorm? keyNorm, RotaryTable rotary)
{
    public Tensor Forward(Tensor xBSD, AttentionPass pass)
    {
        using var scope = new TensorScope();
        var (b, s) = (xBSD.Shape[0], xBSD.Shape[1]);
        var qBSNH = query.Forward(xBSD).Reshape(b, s, config.QueryHeads, config.HeadWidth);
        var kBSKH = key.Forward(xBSD).Reshape(b, s, config.KeyValueHeads, config.HeadWidth);
        var vBSKH = value.Forward(xBSD).Reshape(b, s, config.KeyValueHeads, config.HeadWidth);
        qBSNH = rotary.Rotate(queryNorm?.Forward(qBSNH) ?? qBSNH, pass.Rotary);
        kBSKH = rotary.Rotate(keyNorm?.Forward(kBSKH) ?? kBSKH, pass.Rotary);

        var (kBKTH, vBKTH) = (kBSKH.Transpose(1, 2), vBSKH.Transpose(1, 2));
        if (pass.Cache is not null)
        {
            (kBKTH, vBKTH) = pass.Cache.Append(layer, kBKTH, vBKTH);
        }

        return scope.Keep(output.Forward(Attend(qBSNH, kBKTH, vBKTH, pass.Mask)));
    }

    // The G query heads of a key/value head stand as G * S rows of one matrix, so no key or value is repeated.
    private Tensor Attend(Tensor qBSNH, Tensor kBKTH, Tensor vBKTH, Tensor? mask)
    {
        using var scope = new TensorScope();
        var (b, s, n, h) = (qBSNH.Shape[0], qBSNH.Shape[1], (long)config.QueryHeads, (long)config.HeadWidth);
        var (k, t) = ((long)config.KeyValueHeads, kBKTH.Shape[2]);
        var g = n / k;
        var rows = b * k;

        var qRows = qBSNH.Transpose(1, 2).Reshape(rows, g * s, h);
        var kColumns = kBKTH.Reshape(rows, t, h).Transpose(1, 2);
        var scale = 1.0 / Math.Sqrt(h);
        var scores = mask is null ? qRows.MatMul(kColumns) * scale : Spread(mask, b, k, g, s, t).AddBatchMatMul(qRows, kColumns, beta: 1.0, alpha: scale);
        var seen = scores.Softmax(-1).MatMul(vBKTH.Reshape(rows, t, h));
        return scope.Keep(seen.Reshape(b, n, s, h).Transpose(1, 2).Reshape(b, s, n * h));
    }

    // [1, S, T] serves all rows by broadcasting; [B, S, T] is repeated for the heads.
    private static Tensor Spread(Tensor mask, long b, long k, long g, long s, long t)
    {
        var maskRows = mask.Shape[0];
        return maskRows == 1
            ? mask.Unsqueeze(1).Expand(1, g, s, t).Reshape(1, g * s, t)
            : mask.Unsqueeze(1).Unsqueeze(1).Expand(b, k, g, s, t).Reshape(b * k, g * s, t);
    }
}
