using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Models;

/// <summary>The fused operators against the same in ATen's operators, which is what other devices compute.</summary>
public sealed class FusedAgainstPlainTests
{
    private const double Epsilon = 1e-6;

    // Both compute in float32 and differ in the order of sums of at most 64 terms.
    private const double Float32Tolerance = 1e-5;

    // Each rounds once to bfloat16's 8 bits; on two sides of a boundary they are one unit of the last place apart.
    private const double BFloat16Tolerance = 1.0 / 128;

    // The twin in ATen rounds after every operator, up to four times on the way back.
    private const double ManyRoundings = 4.0 / 128;

    [Theory]
    [InlineData(DType.Float32, DType.Float32, Float32Tolerance)]
    [InlineData(DType.Float32, DType.BFloat16, BFloat16Tolerance)]
    [InlineData(DType.BFloat16, DType.BFloat16, BFloat16Tolerance)]
    public void RmsNorm_AgainstPlain_AgreesInValuesAndGradients(DType input, DType output, double tolerance)
    {
        using var scope = new TensorScope();
        using var scale = new Parameter("norm", Draw("scale", 24));
        var norm = new RmsNorm(scale, Epsilon);

        AssertAlike(x => norm.Forward(x[0], output), x => norm.Plain(x[0], output), tolerance, [scale], Draw("x", 3, 7, 24).Cast(input));
    }

    [Theory]
    [InlineData(DType.Float32, true, true, Float32Tolerance)]
    [InlineData(DType.Float32, true, false, Float32Tolerance)]
    [InlineData(DType.Float32, false, true, Float32Tolerance)]
    [InlineData(DType.Float32, false, false, Float32Tolerance)]
    [InlineData(DType.BFloat16, true, true, BFloat16Tolerance)]
    [InlineData(DType.BFloat16, false, false, BFloat16Tolerance)]
    public void HeadRotary_AgainstPlain_AgreesInValuesAndGradients(DType dtype, bool hasNorm, bool hasPositionsPerRow, double tolerance)
    {
        using var scope = new TensorScope();
        using var table = new RotaryTable(TinyModels.Config, default);
        using var scale = new Parameter("norm", Draw("scale", 8));
        var norm = hasNorm ? new RmsNorm(scale, Epsilon) : null;
        long[] positions = hasPositionsPerRow ? [3, 4, 5, 9, 10, 11, 60, 61, 62] : [5, 6, 7];
        var rotary = table.At(Tensor.FromSpan(positions, positions.Length / 3, 3));

        AssertAlike(x => rotary.Apply(x[0], norm), x => rotary.Plain(x[0], norm), tolerance, hasNorm ? [scale] : [], Draw("x", 3, 3, 2, 8).Cast(dtype));
    }

    [Theory]
    [InlineData(DType.Float32, Float32Tolerance)]
    [InlineData(DType.BFloat16, ManyRoundings)]
    public void SwiGlu_AgainstPlain_AgreesInValuesAndGradients(DType dtype, double tolerance)
    {
        using var scope = new TensorScope();
        AssertAlike(
            x => FusedOperators.SwiGlu(x[0], x[1]), x => x[0].Silu() * x[1], tolerance, [], Draw("gate", 3, 5, 8).Cast(dtype), Draw("up", 3, 5, 8).Cast(dtype));
    }

    [Theory]
    [InlineData(DType.Float32, 5, 5, false, Float32Tolerance)]
    [InlineData(DType.Float32, 1, 6, false, Float32Tolerance)]
    [InlineData(DType.Float32, 6, 9, false, Float32Tolerance)]
    [InlineData(DType.Float32, 6, 9, true, Float32Tolerance)]
    [InlineData(DType.BFloat16, 6, 9, false, ManyRoundings)]
    public void CausalSoftmax_AgainstPlain_AgreesInValuesAndGradients(DType dtype, int s, int t, bool isPicked, double tolerance)
    {
        using var scope = new TensorScope();
        const int Batch = 2, Heads = 2, Group = 3;
        const double Scale = 0.35;

        // Some columns asked twice, others never.
        var self = isPicked ? Tensor.FromSpan([3L, 8, 6, 7, 8, 7, 8, 4, 5, 6, 6, 7], 2, 6) : null;
        var pass = new AttentionPass(new RotaryRows(null!, null!), Mask: null, Tree: null, Cache: null, dtype)
        {
            Queries = self is null ? null : new AskingRows(null!, null!, self),
        };

        AssertAlike(
            x => FusedOperators.CausalSoftmax(x[0], Scale, s, self),
            x => Attention.PlainWeights(x[0], Scale, pass, Heads, s),
            tolerance,
            [],
            (Draw("scores", Batch * Heads, Group * s, t) * 3.0).Cast(dtype));
    }

    [Theory]
    [InlineData(DType.Float32, true, false, Float32Tolerance)]
    [InlineData(DType.Float32, true, true, Float32Tolerance)]
    [InlineData(DType.Float32, false, true, Float32Tolerance)]
    [InlineData(DType.BFloat16, true, false, ManyRoundings)]
    public void TreeAttention_AgainstPlain_AgreesInValuesAndGradients(DType dtype, bool isTree, bool isPicked, double tolerance)
    {
        using var scope = new TensorScope();
        const int Batch = 2, Heads = 2, Group = 3, S = 6, H = 8;
        const double Scale = 0.35;

        // A tree with a branch within a branch; two trees and padding.
        long[] positions = isTree ? [0, 1, 2, 2, 3, 1, 0, 1, 0, 1, 2, 0] : [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5];
        var tree = TokenTree.Of(positions, Batch, default);
        var self = isPicked ? Tensor.FromSpan([1L, 4, 4, 0, 3, 2], Batch, 3) : null;
        var pass = new AttentionPass(new RotaryRows(null!, null!), Mask: null, isTree ? tree : null, Cache: null, dtype)
        {
            Queries = self is null ? null : new AskingRows(null!, null!, self),
        };
        var w = isPicked ? 3 : S;

        AssertAlike(
            x => FusedOperators.TreeAttention(x[0], x[1], x[2], tree.PositionsBS, self, Scale),
            Plain,
            tolerance,
            [],
            Draw("q", Batch, Heads * Group, w, H).Cast(dtype),
            Draw("k", Batch, Heads, S, H).Cast(dtype),
            Draw("v", Batch, Heads, S, H).Cast(dtype));

        Tensor Plain(Tensor[] x)
        {
            var scores = x[0].Reshape(Batch * Heads, Group * w, H).MatMul(x[1].Reshape(Batch * Heads, S, H).Transpose(1, 2));
            var seen = Attention.PlainWeights(scores, Scale, pass, Heads, w).MatMul(x[2].Reshape(Batch * Heads, S, H));
            return seen.Reshape(Batch, Heads * Group, w, H).Transpose(1, 2);
        }
    }

    [Fact]
    public void AddRmsNorm_AgainstPlain_AgreesInValuesAndGradients()
    {
        using var scope = new TensorScope();
        using var scale = new Parameter("norm", Draw("scale", 24));
        var norm = new RmsNorm(scale, Epsilon);

        AssertAlike(
            x => norm.AfterAdding(x[0], x[1]).Normed,
            x => norm.Plain(x[0] + x[1], DType.BFloat16),
            BFloat16Tolerance,
            [scale],
            Draw("x", 3, 7, 24),
            Draw("delta", 3, 7, 24).Cast(DType.BFloat16));
    }

    private static Tensor Draw(string label, params long[] shape) => Tensor.FromSpan(RandomNumbers.Normal(label, shape.Aggregate(1L, (a, b) => a * b)), shape);

    private static void AssertAlike(
        Func<Tensor[], Tensor> fused, Func<Tensor[], Tensor> plain, double tolerance, IReadOnlyList<Parameter> parameters, params Tensor[] inputs)
    {
        using var scope = new TensorScope();
        var (expected, expectedGradients) = Run(plain);
        var (actual, actualGradients) = Run(fused);

        Assert.Equal(expected.DType, actual.DType);
        TensorAssert.Close(expected, actual, tolerance);
        Assert.All(expectedGradients.Zip(actualGradients), pair => TensorAssert.Close(pair.First, pair.Second, tolerance));

        (Tensor Value, Tensor[] Gradients) Run(Func<Tensor[], Tensor> compute)
        {
            Tensor[] leaves = [.. inputs.Select(input => input.Clone().Detach().RequireGrad())];
            foreach (var parameter in parameters)
            {
                parameter.Value.ClearGradient();
            }

            var y = compute(leaves);
            (y.Cast(DType.Float32) * Draw("direction", y.Shape.ToArray())).Sum().Backward();
            return (y, [.. leaves.Concat(parameters.Select(p => p.Value)).Select(leaf => leaf.GradientOrNull()!.Clone())]);
        }
    }
}
