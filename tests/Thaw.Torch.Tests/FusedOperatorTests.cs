using Thaw.Testing;

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

    [Fact]
    public void CausalSoftmax_OnPrefixTrees_SeesTheStemAndItsOwnBranch()
    {
        // Two rows of two key/value heads; 3 past columns and 6 new ones. Row 0 has a stem of 4 columns, row 1 of 5.
        const int Heads = 2, S = 6, T = 9;
        long[] stems = [4, 5];
        long[] own = [0, 4, 4, 6, 6, 6, 0, 0, 5, 5, 7, 7];
        using var scope = new TensorScope();
        var (stemB, ownBS) = (Tensor.FromSpan(stems, 2), Tensor.FromSpan(own, 2, S));

        AssertLikeFormula(
            inputs => FusedOperators.CausalSoftmax(inputs[0], 0.7, S, stemB, ownBS),
            inputs => FusedDefinitions.Softmax(inputs[0], 0.7, T, Sees),
            [2 * Heads, 2 * S, T]);

        bool Sees(int query, int column)
        {
            var (batch, place) = (query / (Heads * 2 * S), query % S);
            var branch = own[(batch * S) + place];
            return column <= T - S + place && (branch == 0 || column < stems[batch] || column >= branch);
        }
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
        var before = TorchRuntime.Threads;
        try
        {
            var one = ScaleGradient(1);
            Assert.Equal(one, ScaleGradient(2));
            Assert.Equal(one, ScaleGradient(3));
        }
        finally
        {
            TorchRuntime.Threads = before;
        }

        static float[] ScaleGradient(int threads)
        {
            TorchRuntime.Threads = threads;
            using var scope = new TensorScope();
            var scale = Draw("scale", [16]).RequireGrad();
            var y = FusedOperators.RmsNorm(Draw("x", [1000, 16]), scale, Epsilon, DType.Float32);
            (y * Draw("direction", [1000, 16])).Sum().Backward();
            return scale.GradientOrNull()!.ToFloats();
        }
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
