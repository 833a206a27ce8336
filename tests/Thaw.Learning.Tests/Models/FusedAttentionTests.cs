using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Models;

/// <summary>The arrangement of queries, keys and values for libtorch's attention kernel, with what of it this libtorch has on the CPU.</summary>
public sealed class FusedAttentionTests
{
    [Theory]
    [InlineData(6, 6)]
    [InlineData(1, 6)]
    public void Repeat_ForTheKernel_GivesWhatThePlainOperatorsGive(int s, int t)
    {
        using var scope = new TensorScope();
        const int Batch = 2, KeyHeads = 2, Group = 3, Width = 8;
        var q = Draw("q", Batch, KeyHeads * Group, s, Width);
        var (k, v) = (Draw("k", Batch, KeyHeads, t, Width), Draw("v", Batch, KeyHeads, t, Width));

        var actual = Kernel(q, FusedAttention.Repeat(k, KeyHeads * Group), FusedAttention.Repeat(v, KeyHeads * Group), isCausal: s > 1);

        var scores = q.Reshape(Batch * KeyHeads, Group * s, Width).MatMul(k.Reshape(Batch * KeyHeads, t, Width).Transpose(1, 2));
        var pass = new AttentionPass(null!, null, null, null, DType.Float32);
        var expected = Attention.PlainWeights(scores, 1 / Math.Sqrt(Width), pass, KeyHeads, s).MatMul(v.Reshape(Batch * KeyHeads, t, Width));

        // Sums over 8 channels and 6 positions in another order.
        TensorAssert.Close(expected.Reshape(Batch, KeyHeads * Group, s, Width), actual, 1e-5);
    }

    [Fact]
    public void IsFor_TheCpu_IsFalse() => Assert.False(FusedAttention.IsFor(default, new AttentionPass(null!, null, null, null, DType.Float32), 4, 4));

    // 1.13 has the operator under a private name, with one argument more.
    private static Tensor Kernel(Tensor q, Tensor k, Tensor v, bool isCausal) => AtenOperator.FindOrNull("scaled_dot_product_attention") is { } current
        ? current.Call(q, k, v, Argument.None, 0.0, isCausal)
        : AtenOperator.Find("_scaled_dot_product_attention").Call(q, k, v, Argument.None, 0.0, false, isCausal);

    private static Tensor Draw(string label, params long[] shape) => Tensor.FromSpan(RandomNumbers.Normal(label, shape.Aggregate(1L, (a, b) => a * b)), shape);
}
