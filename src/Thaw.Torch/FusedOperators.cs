namespace Thaw.Torch;

/// <summary>The bridge's own operators for the CPU: one pass over memory where ATen takes four to eight. See <c>native/fused_*.cpp</c>.</summary>
public static class FusedOperators
{
    private static readonly AtenOperator s_rmsNorm = AtenOperator.Find("thaw::rms_norm");
    private static readonly AtenOperator s_headRotary = AtenOperator.Find("thaw::head_rotary");
    private static readonly AtenOperator s_swiGlu = AtenOperator.Find("thaw::swiglu");
    private static readonly AtenOperator s_causalSoftmax = AtenOperator.Find("thaw::causal_softmax");

    /// <summary>Root-mean-square normalisation over the last dimension, in the element type <paramref name="dtype"/>.</summary>
    public static Tensor RmsNorm(Tensor x, Tensor scale, double epsilon, DType dtype) => s_rmsNorm.Call(x, scale, epsilon, dtype);

    /// <summary>Norms each head where there is a scale, rotates it (half-split layout), and lays [B, S, N, H] out as [B, N, S, H].</summary>
    /// <param name="cos">[1 or B, S, 1, H], float32.</param>
    /// <param name="sin">Likewise, with the sign of the first half turned.</param>
    public static Tensor HeadRotary(Tensor xBSNH, Tensor? scale, double epsilon, Tensor cos, Tensor sin) =>
        s_headRotary.Call(xBSNH, scale, epsilon, cos, sin);

    /// <summary><c>silu(gate) * up</c>.</summary>
    public static Tensor SwiGlu(Tensor gate, Tensor up) => s_swiGlu.Call(gate, up);

    /// <summary>Softmax of scaled scores [B * K, G * S, T]; query s stands in column T - S + s, or where it is told, and sees no later one.</summary>
    /// <param name="stemB">For prefix trees, int64 [B]: the length of the stem, which every branch sees.</param>
    /// <param name="ownBS">For prefix trees, int64 [B, S]: the first column of the query's branch, 0 on the stem; other branches are not seen.</param>
    /// <param name="selfBS">Int64 [B, S]: the column in which each query stands.</param>
    public static Tensor CausalSoftmax(Tensor scores, double scale, long s, Tensor? stemB = null, Tensor? ownBS = null, Tensor? selfBS = null) =>
        s_causalSoftmax.Call(scores, scale, s, stemB, ownBS, selfBS);
}
