namespace Thaw.Torch;

// Shapes: R rows of a pass, S slots, N query heads, K key/value heads, H head width, D model width.

/// <summary>The bridge's own operators for decoding on the CPU. A row's result is the same bits whatever other rows there are.</summary>
/// <remarks>Each number is one sum in a fixed order over the row's own numbers, see <c>native/row_*.cpp</c>. Rows are float32.</remarks>
public static class RowOperators
{
    private static readonly AtenOperator s_pack = AtenOperator.Find("thaw::pack_rows");
    private static readonly AtenOperator s_linear = AtenOperator.Find("thaw::row_linear");
    private static readonly AtenOperator s_swiGlu = AtenOperator.Find("thaw::row_swiglu");
    private static readonly AtenOperator s_rotaryStore = AtenOperator.Find("thaw::rotary_store");
    private static readonly AtenOperator s_attention = AtenOperator.Find("thaw::slot_attention");

    /// <summary>A copy of a matrix [out, in] in the layout that the other operators read, of about the same size.</summary>
    /// <param name="isGated">The upper half of the matrix is a gate, the lower what it opens: for <see cref="SwiGlu"/>.</param>
    /// <param name="dtype">Float32 or bfloat16: what both factors of a product are rounded to. Sums are float32.</param>
    public static Tensor Pack(Tensor weight, bool isGated, DType dtype) => s_pack.Call(weight, isGated, dtype);

    /// <summary><c>norm(x) W + bias + residual</c>, [R, outputs], of rows [R, in]; without a scale the rows are taken as they are.</summary>
    public static Tensor Linear(Tensor x, Tensor packed, long outputs, Tensor? bias = null, Tensor? residual = null, Tensor? normScale = null, double epsilon = 0) =>
        s_linear.Call(x, packed, outputs, bias, residual, normScale, epsilon);

    /// <summary><c>silu(gate) * up</c> of the two halves of <c>norm(x) W + bias</c>, [R, outputs].</summary>
    public static Tensor SwiGlu(Tensor x, Tensor packed, long outputs, Tensor normScale, double epsilon, Tensor? bias = null) =>
        s_swiGlu.Call(x, packed, outputs, normScale, epsilon, bias);

    /// <summary>Norms and rotates heads; puts keys and values into their slots and gives the queries back, [R, N H].</summary>
    /// <param name="qkv">[R, (N + 2 K) H]: queries, keys, values.</param>
    /// <param name="cosPH">The rotary table by position; <paramref name="sinPH"/> has the sign of the first half turned.</param>
    /// <param name="positions">Int64 [R].</param>
    /// <param name="slots">Int64 [R]: rows of <paramref name="keys"/> and <paramref name="values"/>, [S, K H], float32 or bfloat16.</param>
    public static Tensor RotaryStore(
        Tensor qkv, long queryHeads, long keyValueHeads, Tensor? queryScale, Tensor? keyScale, double epsilon, Tensor cosPH, Tensor sinPH, Tensor positions, Tensor slots, Tensor keys, Tensor values) =>
        s_rotaryStore.Call(qkv, queryHeads, keyValueHeads, queryScale, keyScale, epsilon, cosPH, sinPH, positions, slots, keys, values);

    /// <summary>Softmax attention [R, N H] of queries over the slots that each row's path names.</summary>
    /// <param name="paths">Int64: slots of all paths, one path after the other; rows may share one or parts of one.</param>
    /// <param name="starts">Int64 [R]: where in <paramref name="paths"/> a row's path begins.</param>
    /// <param name="lengths">Int64 [R]: how many slots it sees, its own the last.</param>
    public static Tensor Attention(Tensor q, Tensor keys, Tensor values, long keyValueHeads, Tensor paths, Tensor starts, Tensor lengths, double scale) =>
        s_attention.Call(q, keys, values, keyValueHeads, paths, starts, lengths, scale);
}
