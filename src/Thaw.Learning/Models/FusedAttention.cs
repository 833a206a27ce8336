using Thaw.Torch;

namespace Thaw.Learning.Models;

// Shapes: B rows, S new positions, T all positions, N query heads, K key/value heads, G = N / K, H head width.

/// <summary>Scores, softmax and sum in one kernel (<c>scaled_dot_product_attention</c>), where libtorch has it (2.0 and later), on a GPU.</summary>
/// <remarks>Its arrangement is tested against the plain one; the kernel itself is not run by any test so far: see docs/numerics.md, "not proven".</remarks>
internal static class FusedAttention
{
    private static readonly AtenOperator? s_attend = AtenOperator.FindOrNull("scaled_dot_product_attention");

    /// <summary>Whole sequences, one new position that sees all before it, and forests of tokens, which bring a mask.</summary>
    public static bool IsFor(Device device, AttentionPass pass, long s, long t) =>
        s_attend is not null && device.IsCuda && pass.Mask is null && (pass.PathsBS is not null || s == t || s == 1);

    /// <param name="mask">[1 or B, S, T], added to the scores; null is causal.</param>
    /// <returns>[B, N, S, H].</returns>
    public static Tensor Attend(Tensor qBNSH, Tensor kBKTH, Tensor vBKTH, Tensor? mask)
    {
        using var scope = new TensorScope();
        var (n, isCausal) = (qBNSH.Shape[1], mask is null && qBNSH.Shape[2] > 1);
        return scope.Keep(s_attend!.Call(qBNSH, Repeat(kBKTH, n), Repeat(vBKTH, n), mask?.Unsqueeze(1).Cast(qBNSH.DType), 0.0, isCausal));
    }

    /// <summary>Each key or value head as often as query heads share it, next to each other: [B, N, T, H].</summary>
    internal static Tensor Repeat(Tensor xBKTH, long queryHeads)
    {
        using var scope = new TensorScope();
        var (b, k, t, h) = (xBKTH.Shape[0], xBKTH.Shape[1], xBKTH.Shape[2], xBKTH.Shape[3]);
        return k == queryHeads ? xBKTH : scope.Keep(xBKTH.Unsqueeze(2).Expand(b, k, queryHeads / k, t, h).Reshape(b, queryHeads, t, h));
    }
}
