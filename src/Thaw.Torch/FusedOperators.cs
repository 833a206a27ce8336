namespace Thaw.Torch;

/// <summary>The bridge's own operators for the CPU: one pass over memory where ATen takes four to eight. See <c>native/fused_*.cpp</c>.</summary>
public static class FusedOperators
{
    private static readonly AtenOperator s_rmsNorm = AtenOperator.Find("thaw::rms_norm");
    private static readonly AtenOperator s_addRmsNorm = AtenOperator.Find("thaw::add_rms_norm");
    private static readonly AtenOperator s_addResidual = AtenOperator.Find("thaw::add_residual");
    private static readonly AtenOperator s_headRotary = AtenOperator.Find("thaw::head_rotary");
    private static readonly AtenOperator s_swiGlu = AtenOperator.Find("thaw::swiglu");
    private static readonly AtenOperator s_causalSoftmax = AtenOperator.Find("thaw::causal_softmax");
    private static readonly AtenOperator s_treeAttention = AtenOperator.Find("thaw::tree_attention");

    /// <summary>Root-mean-square normalisation over the last dimension, in the element type <paramref name="dtype"/>.</summary>
    public static Tensor RmsNorm(Tensor x, Tensor scale, double epsilon, DType dtype) => s_rmsNorm.Call(x, scale, epsilon, dtype);

    /// <summary><c>x + delta</c>, float32 like <paramref name="x"/>, and its normalisation, of the element type of <paramref name="delta"/>.</summary>
    public static (Tensor Sum, Tensor Normed) AddRmsNorm(Tensor x, Tensor delta, Tensor scale, double epsilon)
    {
        var both = s_addRmsNorm.CallList(2, x, delta, scale, epsilon);
        return (both[0], both[1]);
    }

    /// <summary><c>x + delta</c>, float32 like <paramref name="x"/>, whatever type the other is of.</summary>
    public static Tensor AddResidual(Tensor x, Tensor delta) => s_addResidual.Call(x, delta);

    /// <summary>Norms each head where there is a scale, rotates it (half-split layout), and lays [B, S, N, H] out as [B, N, S, H].</summary>
    /// <param name="cos">[1 or B, S, 1, H], float32.</param>
    /// <param name="sin">Likewise, with the sign of the first half turned.</param>
    public static Tensor HeadRotary(Tensor xBSNH, Tensor? scale, double epsilon, Tensor cos, Tensor sin) =>
        s_headRotary.Call(xBSNH, scale, epsilon, cos, sin);

    /// <summary><c>silu(gate) * up</c>.</summary>
    public static Tensor SwiGlu(Tensor gate, Tensor up) => s_swiGlu.Call(gate, up);

    /// <summary>Softmax of scaled scores [B * K, G * S, T]; query s stands in column T - S + s, or where it is told, and sees no later one.</summary>
    /// <param name="selfBS">Int64 [B, S]: the column in which each query stands.</param>
    public static Tensor CausalSoftmax(Tensor scores, double scale, long s, Tensor? selfBS = null) => s_causalSoftmax.Call(scores, scale, s, selfBS);

    /// <summary>Softmax attention [B, W, N, H] in rows that are forests of tokens; no matrix of scores is kept for the way back.</summary>
    /// <param name="qBNWH">Queries.</param>
    /// <param name="kBKSH">Keys; values likewise.</param>
    /// <param name="positionsBS">Int64: which column continues which, see <c>native/tree_attention.cpp</c>.</param>
    /// <param name="placesBW">Int64: the column in which each query stands; null is its own.</param>
    /// <exception cref="TorchException">The positions are no forest in preorder.</exception>
    public static Tensor TreeAttention(Tensor qBNWH, Tensor kBKSH, Tensor vBKSH, Tensor positionsBS, Tensor? placesBW, double scale) =>
        s_treeAttention.Call(qBNWH, kBKSH, vBKSH, positionsBS, placesBW, scale);
}
