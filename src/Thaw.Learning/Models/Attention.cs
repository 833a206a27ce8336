using Thaw.Torch;

namespace Thaw.Learning.Models;

// Shapes: B rows, S new positions, T all positions, D model width, N query heads, K key/value heads, G = N / K, H head width.

/// <summary>What every layer of one pass shares: where the new positions stand and what they may see.</summary>
/// <param name="Rotary">Table rows of the new positions.</param>
/// <param name="Mask">Added to the scores: [B, 1, T], 0 where the one new position may look and minus infinity where not; null is causal.</param>
/// <param name="Tree">What sees what among the new positions; null where every row is one sequence. There is no cache beside it.</param>
internal sealed record AttentionPass(RotaryRows Rotary, Tensor? Mask, TokenTree? Tree, ILayerCache? Cache, DType ComputeType)
{
    /// <summary>Int64 [B, S]: as <see cref="TokenTree.PositionsBS"/>, also for rows of one sequence; null where keys and values of earlier positions are needed.</summary>
    public Tensor? PathsBS { get; init; }

    /// <summary>The new positions that ask; null where all do. The others give keys and values only.</summary>
    public AskingRows? Queries { get; init; }

    /// <summary>All that it holds, in the order of <see cref="With"/>.</summary>
    public Tensor?[] Tensors() =>
        [Rotary.Cos, Rotary.Sin, Mask, Tree?.PositionsBS, Tree?.EndsBS, PathsBS, Queries?.Flat, Queries?.Rotary.Cos, Queries?.Rotary.Sin, Queries?.SelfBW];

    /// <summary>The same pass over other tensors.</summary>
    public AttentionPass With(Tensor?[] tensors) => this with
    {
        Rotary = new RotaryRows(tensors[0]!, tensors[1]!),
        Mask = tensors[2],
        Tree = Tree is null ? null : Tree with { PositionsBS = tensors[3]!, EndsBS = tensors[4]! },
        PathsBS = tensors[5],
        Queries = Queries is null ? null : new AskingRows(tensors[6]!, new RotaryRows(tensors[7]!, tensors[8]!), tensors[9]!),
    };
}

/// <summary>W of the S new positions of each row: those whose hidden states are wanted in the end.</summary>
/// <param name="Flat">Int64 [B * W]: their places among the B * S positions.</param>
/// <param name="Rotary">Their rows of the table.</param>
/// <param name="SelfBW">Int64: the columns in which they stand.</param>
internal sealed record AskingRows(Tensor Flat, RotaryRows Rotary, Tensor SelfBW)
{
    /// <summary>[B, S, D] to [B, W, D].</summary>
    public Tensor Pick(Tensor xBSD)
    {
        using var scope = new TensorScope();
        var (b, s, d) = (xBSD.Shape[0], xBSD.Shape[1], xBSD.Shape[2]);
        return scope.Keep(xBSD.Reshape(b * s, d).IndexSelect(0, Flat).Reshape(b, SelfBW.Shape[1], d));
    }
}

/// <summary>Causal grouped-query attention.</summary>
/// <remarks>Order: project, split heads, norm over H where the family has it, rotate, attend, project.</remarks>
internal sealed class Attention(
    DecoderConfig config, int layer, Linear query, Linear key, Linear value, Linear output, RmsNorm? queryNorm, RmsNorm? keyNorm)
{
    public Linear Query => query;

    public Linear Key => key;

    public Linear Value => value;

    public Linear Output => output;

    public RmsNorm? QueryNorm => queryNorm;

    public RmsNorm? KeyNorm => keyNorm;

    public Tensor Forward(Tensor xBSD, AttentionPass pass)
    {
        using var scope = new TensorScope();
        var (b, s) = (xBSD.Shape[0], xBSD.Shape[1]);
        var askingBSD = pass.Queries?.Pick(xBSD) ?? xBSD;
        var rotary = pass.Queries?.Rotary ?? pass.Rotary;
        var qBNSH = rotary.Apply(query.Forward(askingBSD).Reshape(b, askingBSD.Shape[1], config.QueryHeads, config.HeadWidth), queryNorm);
        var kBKTH = pass.Rotary.Apply(key.Forward(xBSD).Reshape(b, s, config.KeyValueHeads, config.HeadWidth), keyNorm);
        var vBKTH = value.Forward(xBSD).Reshape(b, s, config.KeyValueHeads, config.HeadWidth).Transpose(1, 2);
        if (pass.Cache is not null)
        {
            (kBKTH, vBKTH) = pass.Cache.Append(layer, kBKTH, vBKTH);
        }

        return scope.Keep(output.Forward(Attend(qBNSH, kBKTH, vBKTH, pass)));
    }

    // The G query heads of a key/value head stand as G * S rows of one matrix, so no key or value is repeated.
    private Tensor Attend(Tensor qBNSH, Tensor kBKTH, Tensor vBKTH, AttentionPass pass)
    {
        using var scope = new TensorScope();
        var (b, n, s, h) = (qBNSH.Shape[0], qBNSH.Shape[1], qBNSH.Shape[2], qBNSH.Shape[3]);
        var (k, t) = (kBKTH.Shape[1], kBKTH.Shape[2]);
        var (rows, g) = (b * k, n / k);
        if (pass.PathsBS is { } pathsBS && !qBNSH.Device.IsCuda)
        {
            return scope.Keep(FusedOperators.TreeAttention(qBNSH, kBKTH, vBKTH, pathsBS, pass.Queries?.SelfBW, Scale).Reshape(b, s, n * h));
        }

        if (FusedAttention.IsFor(qBNSH.Device, pass, s, t))
        {
            return scope.Keep(FusedAttention.Attend(qBNSH, kBKTH, vBKTH, pass.Tree is null && pass.Queries is null ? null : CausalMask(s, t, pass, qBNSH.Device)).Transpose(1, 2).Reshape(b, s, n * h));
        }

        var scores = qBNSH.Reshape(rows, g * s, h).MatMul(kBKTH.Reshape(rows, t, h).Transpose(1, 2));
        var weights = Weights(scores, pass, k, s);
        var seen = weights.MatMul(vBKTH.Reshape(rows, t, h));
        return scope.Keep(seen.Reshape(b, n, s, h).Transpose(1, 2).Reshape(b, s, n * h));
    }

    private double Scale => 1.0 / Math.Sqrt(config.HeadWidth);

    private Tensor Weights(Tensor scores, AttentionPass pass, long k, long s) =>
        pass.Mask is null && !scores.Device.IsCuda
            ? FusedOperators.CausalSoftmax(scores, Scale, s, pass.Queries?.SelfBW)
            : PlainWeights(scores, Scale, pass, k, s);

    /// <summary>The same in ATen's operators, for other devices and as the slow twin of the fused one.</summary>
    internal static Tensor PlainWeights(Tensor scores, double scale, AttentionPass pass, long k, long s)
    {
        using var scope = new TensorScope();
        var (rows, queries, t) = (scores.Shape[0], scores.Shape[1], scores.Shape[2]);
        var mask = pass.Mask ?? CausalMask(s, t, pass, scores.Device);
        var maskRows = mask.Shape[0] == 1 ? 1 : rows / k;
        var spread = mask.Unsqueeze(1).Unsqueeze(1).Expand(maskRows, maskRows == 1 ? 1 : k, queries / s, s, t).Reshape(maskRows == 1 ? 1 : rows, queries, t);
        return scope.Keep(((scores.Cast(DType.Float32) * scale) + spread).Softmax(-1).Cast(scores.DType));
    }

    /// <summary>[1 or B, S, T]: 0 where a position may look, minus infinity elsewhere.</summary>
    private static Tensor CausalMask(long s, long t, AttentionPass pass, Device device)
    {
        using var scope = new TensorScope();
        var columns = Tensor.Arange(0, t, device).Reshape(1, 1, t);
        var selfBS = pass.Queries?.SelfBW ?? Tensor.Arange(t - s, t, device).Unsqueeze(0);
        var rows = Math.Max(selfBS.Shape[0], pass.Tree?.EndsBS.Shape[0] ?? 1);
        var mask = Tensor.Zeros([rows, s, t], DType.Float32, device).MaskedFill(columns.Greater(selfBS.Unsqueeze(2)), double.NegativeInfinity);

        // Hidden besides: columns whose continuations end before the own one.
        return scope.Keep(pass.Tree is not { } tree ? mask
            : mask.MaskedFill((tree.EndsBS.Unsqueeze(1) + -1.0).Less(selfBS.Unsqueeze(2)), double.NegativeInfinity));
    }
}
