using Thaw.Learning.Models;
using Thaw.Testing;
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
    [InlineData(DType.Float32, 5, 5, false, false, Float32Tolerance)]
    [InlineData(DType.Float32, 1, 6, false, false, Float32Tolerance)]
    [InlineData(DType.Float32, 6, 9, false, false, Float32Tolerance)]
    [InlineData(DType.Float32, 6, 9, true, false, Float32Tolerance)]
    [InlineData(DType.Float32, 6, 9, false, true, Float32Tolerance)]
    [InlineData(DType.Float32, 6, 9, true, true, Float32Tolerance)]
    [InlineData(DType.BFloat16, 6, 9, false, false, ManyRoundings)]
    [InlineData(DType.BFloat16, 6, 9, true, false, ManyRoundings)]
    public void CausalSoftmax_AgainstPlain_AgreesInValuesAndGradients(DType dtype, int s, int t, bool isTree, bool isPicked, double tolerance)
    {
        using var scope = new TensorScope();
        const int Batch = 2, Heads = 2, Group = 3;
        const double Scale = 0.35;

        // With 3 past columns: row 0 has a stem of 5 columns, row 1 of 4.
        var tree = isTree ? new PrefixTree(Tensor.FromSpan([5L, 4L], 2), Tensor.FromSpan([0L, 0, 5, 5, 7, 7, 0, 4, 5, 6, 6, 6], 2, 6)) : null;
        // Some columns asked twice, others never.
        var self = isPicked ? Tensor.FromSpan([3L, 8, 6, 7, 8, 7, 8, 4, 5, 6, 6, 7], 2, 6) : null;
        var pass = new AttentionPass(new RotaryRows(null!, null!), Mask: null, tree, Cache: null, dtype)
        {
            Queries = self is null ? null : new AskingRows(null!, null!, self, tree?.OwnBS),
        };

        AssertAlike(
            x => FusedOperators.CausalSoftmax(x[0], Scale, s, tree?.StemB, tree?.OwnBS, self),
            x => Attention.PlainWeights(x[0], Scale, pass, Heads, s),
            tolerance,
            [],
            (Draw("scores", Batch * Heads, Group * s, t) * 3.0).Cast(dtype));
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
