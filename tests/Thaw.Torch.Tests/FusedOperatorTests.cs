namespace Thaw.Torch.Tests;

/// <summary>The operators of native/fused.cpp against their formulas in double precision, gradients against central differences of these.</summary>
public sealed class FusedOperatorTests
{
    private const double Epsilon = 1e-6;

    // The operators compute in float32: sums of at most 40 terms, each rounded to 6e-8, with a factor of ten to spare.
    private const double Tolerance = 2e-5;

    // In double precision the quotient is wrong by about h² = 1e-8, far below the tolerance.
    private const double Step = 1e-4;

    [Theory]
    [InlineData(1, 8)]
    [InlineData(5, 24)]
    [InlineData(37, 40)]
    public void RmsNorm_ValuesAndGradients_AreThoseOfTheFormula(int rows, int width) => AssertLikeFormula(
        inputs => FusedOperators.RmsNorm(inputs[0], inputs[1], Epsilon, DType.Float32),
        inputs => FusedDefinitions.RmsNorm(inputs[0], inputs[1], Epsilon),
        [rows, width],
        [width]);

    [Fact]
    public void RmsNorm_RowsNearZero_AreHeldByEpsilon()
    {
        using var scope = new TensorScope();
        var y = FusedOperators.RmsNorm(Tensor.Full([1, 4], 1e-5), Tensor.Full([4], 1.0), Epsilon, DType.Float32);

        // 1e-5 / sqrt(1e-10 + 1e-6); one rounding in float32 is 6e-8.
        Assert.Equal(1e-5 / Math.Sqrt(1e-10 + 1e-6), y.ToDoubles()[0], 1e-7);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    [InlineData(false, 3)]
    public void HeadRotary_ValuesAndGradients_AreThoseOfTheFormula(bool hasNorm, int tableRows)
    {
        const int B = 3, S = 4, N = 2, H = 8;
        var drawn = RandomNumbers.Normal("angles", tableRows * S * H / 2);
        double[] angles = [.. Enumerable.Repeat(drawn, B / tableRows).SelectMany(a => a).Select(a => (double)a)];
        using var scope = new TensorScope();
        var (cos, sin) = Tables(drawn, tableRows, S, H);

        AssertLikeFormula(
            inputs => FusedOperators.HeadRotary(inputs[0], hasNorm ? inputs[1] : null, Epsilon, cos, sin),
            inputs => FusedDefinitions.HeadRotary(inputs[0], hasNorm ? inputs[1] : null, Epsilon, angles, B, S, N, H),
            hasNorm ? [[B, S, N, H], [H]] : [[B, S, N, H]]);
    }

    [Fact]
    public void SwiGlu_ValuesAndGradients_AreThoseOfTheFormula() => AssertLikeFormula(
        inputs => FusedOperators.SwiGlu(inputs[0], inputs[1]),
        inputs => FusedDefinitions.SwiGlu(inputs[0], inputs[1]),
        [5, 9],
        [5, 9]);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(1, 5)]
    [InlineData(3, 7)]
    public void CausalSoftmax_WithPastColumns_SeesUpToItsOwn(int s, int t) => AssertLikeFormula(
        inputs => FusedOperators.CausalSoftmax(inputs[0], 0.35, s),
        inputs => FusedDefinitions.Softmax(inputs[0], 0.35, t, (row, column) => column <= t - s + (row % s)),
        [2, 2 * s, t]);

    // A tree of three branches; two trees and padding beside a tree within a branch; heads wider and narrower than a vector; queries at some places, one asked twice.
    [Theory]
    [InlineData(1, 8, new long[] { 0, 1, 2, 3, 2, 3, 1, 2 }, new long[0])]
    [InlineData(2, 20, new long[] { 0, 1, 2, 3, 1, 0, 0, 1, 2, 0, 1, 2 }, new long[0])]
    [InlineData(2, 8, new long[] { 0, 1, 2, 3, 1, 0, 0, 1, 2, 0, 1, 2 }, new long[] { 4, 3, 3, 5, 0, 1 })]
    public void TreeAttention_ValuesAndGradients_AreThoseOfTheFormula(int b, int h, long[] positions, long[] places)
    {
        const int N = 4, K = 2;
        var s = positions.Length / b;
        var w = places.Length > 0 ? places.Length / b : s;
        using var scope = new TensorScope();
        var positionsBS = Tensor.FromSpan(positions, b, s);
        var placesBW = places.Length > 0 ? Tensor.FromSpan(places, b, w) : null;

        AssertLikeFormula(
            inputs => FusedOperators.TreeAttention(inputs[0], inputs[1], inputs[2], positionsBS, placesBW, 0.35),
            inputs => FusedDefinitions.TreeAttention(inputs[0], inputs[1], inputs[2], positions, places, 0.35, b, N, K, h),
            [b, N, w, h],
            [b, K, s, h],
            [b, K, s, h]);
    }

    [Fact]
    public void TreeAttention_OnLongRows_IsThatOfTheFormula()
    {
        // Longer than a block of queries and than four vectors of scores: 70 tokens, then branches of 40 and 3 behind the 50th.
        const int B = 1, N = 2, K = 1, H = 8;
        long[] positions = [.. Enumerable.Range(0, 70).Concat(Enumerable.Range(50, 40)).Concat(Enumerable.Range(50, 3)).Select(p => (long)p)];
        using var scope = new TensorScope();
        Tensor[] x = [Draw("q", [B, N, positions.Length, H]), Draw("k", [B, K, positions.Length, H]), Draw("v", [B, K, positions.Length, H])];

        var y = FusedOperators.TreeAttention(x[0], x[1], x[2], Tensor.FromSpan(positions, B, positions.Length), null, 0.7);

        var expected = FusedDefinitions.TreeAttention(x[0].ToDoubles(), x[1].ToDoubles(), x[2].ToDoubles(), positions, [], 0.7, B, N, K, H);
        Assert.InRange(RandomNumbers.WorstDifference(expected, y.ToDoubles()), 0, Tolerance);
    }

    [Fact]
    public void TreeAttention_PositionsThatNobodyLeadsTo_Throws()
    {
        using var scope = new TensorScope();
        var x = Draw("x", [1, 2, 3, 8]);

        Assert.Throws<TorchException>(() => FusedOperators.TreeAttention(x, x, x, Tensor.FromSpan([0L, 2, 1], 1, 3), null, 1.0));
        Assert.Throws<TorchException>(() => FusedOperators.TreeAttention(x, x, x, Tensor.FromSpan([1L, 2, 3], 1, 3), null, 1.0));
    }

    [Fact]
    public void TreeAttention_ScoresInTheThousands_StayFinite()
    {
        using var scope = new TensorScope();
        var (q, k) = (Tensor.Full([1, 1, 2, 8], 50.0), Tensor.FromSpan([.. Enumerable.Range(0, 16).Select(i => i < 8 ? 10f : 20f)], 1, 1, 2, 8));

        var y = FusedOperators.TreeAttention(q, k, k, Tensor.FromSpan([0L, 1], 1, 2), null, 1.0);

        Assert.Equal([.. Enumerable.Repeat(10f, 8), .. Enumerable.Repeat(20f, 8)], y.ToFloats());
    }

    [Fact]
    public void AddRmsNorm_ValuesAndGradients_AreThoseOfTheFormula() => AssertLikeFormula(
        inputs =>
        {
            var (sum, normed) = FusedOperators.AddRmsNorm(inputs[0], inputs[1], inputs[2], Epsilon);
            return Tensor.Cat([sum, normed], 0);
        },
        inputs =>
        {
            double[] sum = [.. inputs[0].Zip(inputs[1], (a, b) => a + b)];
            return [.. sum, .. FusedDefinitions.RmsNorm(sum, inputs[2], Epsilon)];
        },
        [5, 24],
        [5, 24],
        [24]);

    [Fact]
    public void AddResidual_OfAnotherType_AddsInFloat32AndGivesEachItsGradient()
    {
        using var scope = new TensorScope();
        var x = Draw("x", [3, 20]).RequireGrad();
        var delta = Draw("delta", [3, 20]).Cast(DType.BFloat16).Detach().RequireGrad();
        var direction = Draw("direction", [3, 20]);

        var y = FusedOperators.AddResidual(x, delta);
        (y * direction).Sum().Backward();

        Assert.Equal([.. x.ToFloats().Zip(delta.Cast(DType.Float32).ToFloats(), (a, b) => a + b)], y.ToFloats());
        Assert.Equal(direction.ToFloats(), x.GradientOrNull()!.ToFloats());
        Assert.Equal(direction.Cast(DType.BFloat16).Cast(DType.Float32).ToFloats(), delta.GradientOrNull()!.Cast(DType.Float32).ToFloats());
    }

    [Fact]
    public void CausalSoftmax_ScoresInTheThousands_StayFinite()
    {
        using var scope = new TensorScope();
        var y = FusedOperators.CausalSoftmax(Tensor.FromSpan([5000f, 4000f, 4000f, 5000f], 1, 2, 2), 1.0, 2);

        Assert.Equal([1f, 0f, 0f, 1f], y.ToFloats());
    }

    [Fact]
    public void SwiGlu_OfViewsThatAreNotContiguous_IsThatOfTheirCopies()
    {
        using var scope = new TensorScope();
        var gate = Draw("gate", [4, 6]).Transpose(0, 1);
        var up = Draw("up", [6, 8]).Narrow(1, 2, 4);

        Assert.Equal(
            FusedOperators.SwiGlu(gate.Clone().Contiguous(), up.Contiguous()).ToFloats(),
            FusedOperators.SwiGlu(gate, up).ToFloats());
    }

    [Fact]
    public void RmsNorm_OnOneOrMoreThreads_GivesTheSameBits()
    {
        ThreadAssert.GivesTheSame(() =>
        {
            using var scope = new TensorScope();
            var scale = Draw("scale", [16]).RequireGrad();
            var y = FusedOperators.RmsNorm(Draw("x", [1000, 16]), scale, Epsilon, DType.Float32);
            (y * Draw("direction", [1000, 16])).Sum().Backward();
            return scale.GradientOrNull()!.ToFloats();
        });
    }

    // cos and sin as the operator wants them: [rows, S, 1, H], the sign of the first half in sin.
    private static (Tensor Cos, Tensor Sin) Tables(float[] angles, int rows, int s, int h)
    {
        var (cos, sin) = (new float[rows * s * h], new float[rows * s * h]);
        for (var i = 0; i < cos.Length; i++)
        {
            double angle = angles[(i / h * h / 2) + (i % (h / 2))];
            cos[i] = (float)Math.Cos(angle);
            sin[i] = (float)(i % h < h / 2 ? -Math.Sin(angle) : Math.Sin(angle));
        }

        return (Tensor.FromSpan(cos, rows, s, 1, h), Tensor.FromSpan(sin, rows, s, 1, h));
    }

    private static Tensor Draw(string label, long[] shape) => Tensor.FromSpan(RandomNumbers.Normal(label, shape.Aggregate(1L, (a, b) => a * b)), shape);

    private static void AssertLikeFormula(Func<Tensor[], Tensor> fused, Func<double[][], double[]> formula, params long[][] shapes)
    {
        using var scope = new TensorScope();
        Tensor[] tensors = [.. shapes.Select((shape, i) => Draw($"input {i}", shape).RequireGrad())];
        double[][] values = [.. tensors.Select(tensor => tensor.ToDoubles())];

        var y = fused(tensors);
        var direction = RandomNumbers.Normal("direction", y.ElementCount);
        (y * Tensor.FromSpan(direction, y.Shape)).Sum().Backward();

        Assert.InRange(RandomNumbers.WorstDifference(formula(values), y.ToDoubles()), 0, Tolerance);
        for (var i = 0; i < tensors.Length; i++)
        {
            var quotients = Quotients(values, i, () => formula(values).Zip(direction, (a, b) => a * b).Sum());
            Assert.InRange(RandomNumbers.WorstDifference(quotients, tensors[i].GradientOrNull()!.ToDoubles()), 0, Tolerance);
        }
    }

    private static double[] Quotients(double[][] values, int input, Func<double> loss)
    {
        var quotients = new double[values[input].Length];
        for (var i = 0; i < quotients.Length; i++)
        {
            var value = values[input][i];
            values[input][i] = value + Step;
            var above = loss();
            values[input][i] = value - Step;
            quotients[i] = (above - loss()) / (2 * Step);
            values[input][i] = value;
        }

        return quotients;
    }
}
