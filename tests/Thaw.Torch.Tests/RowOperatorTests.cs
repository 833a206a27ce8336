using System.Runtime.InteropServices;

namespace Thaw.Torch.Tests;

/// <summary>The operators of native/row_*.cpp against their formulas in double precision, and against themselves in other company.</summary>
public sealed class RowOperatorTests
{
    private const double Epsilon = 1e-6;

    // Float32 sums of at most 200 terms, each rounded to 6e-8.
    private const double Tolerance = 2e-5;

    // bfloat16 has 8 bits: each factor is wrong by up to 2^-9, and so is a sum, as a share of its greatest term.
    private const double NarrowTolerance = 1e-2;

    // Rows below, at and above a tile and a block; widths that fill no vector, one panel, several.
    public static TheoryData<int, int, int> Sizes => new() { { 1, 8, 5 }, { 2, 17, 64 }, { 6, 40, 65 }, { 13, 33, 130 }, { 50, 128, 200 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Linear_PlainAndWithAllItCanAdd_IsTheFormula(int rows, int inputs, int outputs)
    {
        using var scope = new TensorScope();
        var (x, w) = (Random("x", rows, inputs), Random("w", outputs, inputs));
        var (bias, residual, scale) = (Random("bias", outputs), Random("residual", rows, outputs), Random("scale", inputs));
        var wide = x.Cast(DType.Float64);
        var normed = Tensor.FromSpan(FusedDefinitions.RmsNorm(x.ToDoubles(), scale.ToDoubles(), Epsilon), rows, inputs);
        Tensor Product(Tensor factor) => factor.MatMul(w.Cast(DType.Float64).Transpose(0, 1));

        var packed = RowOperators.Pack(w, isGated: false, DType.Float32);

        AssertClose(Product(wide), RowOperators.Linear(x, packed, outputs), Tolerance);
        AssertClose(
            Product(normed) + bias.Cast(DType.Float64) + residual.Cast(DType.Float64),
            RowOperators.Linear(x, packed, outputs, bias, residual, scale, Epsilon),
            Tolerance);
        AssertClose(Product(wide), RowOperators.Linear(x, RowOperators.Pack(w, isGated: false, DType.BFloat16), outputs), NarrowTolerance);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void SwiGlu_WithAndWithoutBias_IsTheFormula(int rows, int inputs, int outputs)
    {
        using var scope = new TensorScope();
        var (x, gate, up) = (Random("x", rows, inputs), Random("gate", outputs, inputs), Random("up", outputs, inputs));
        var (scale, bias) = (Random("scale", inputs), Random("bias", 2 * outputs));
        var normed = Tensor.FromSpan(FusedDefinitions.RmsNorm(x.ToDoubles(), scale.ToDoubles(), Epsilon), rows, inputs);
        var packed = RowOperators.Pack(Tensor.Cat([gate, up], dim: 0), isGated: true, DType.Float32);

        foreach (var added in (Tensor?[])[null, bias])
        {
            Tensor Half(Tensor weight, long first)
            {
                var product = normed.MatMul(weight.Cast(DType.Float64).Transpose(0, 1));
                return added is null ? product : product + added.Narrow(0, first, outputs).Cast(DType.Float64);
            }

            AssertClose(Half(gate, 0).Silu() * Half(up, outputs), RowOperators.SwiGlu(x, packed, outputs, scale, Epsilon, added), Tolerance);
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.BFloat16)]
    public void LinearAndSwiGlu_ARowAloneOrAmongOthers_AreTheSameBits(DType dtype)
    {
        const int Rows = 103, Inputs = 70, Outputs = 150;
        using var scope = new TensorScope();
        var (x, w, scale) = (Random("x", Rows, Inputs), Random("w", Outputs, Inputs), Random("scale", Inputs));
        var (plain, gated) = (RowOperators.Pack(w, isGated: false, dtype), RowOperators.Pack(w, isGated: true, dtype));
        Tensor[] Results(Tensor rows) =>
        [
            RowOperators.Linear(rows, plain, Outputs), RowOperators.Linear(rows, plain, Outputs, normScale: scale, epsilon: Epsilon),
            RowOperators.SwiGlu(rows, gated, Outputs / 2, scale, Epsilon),
        ];

        var together = Results(x);
        foreach (var (first, count) in new[] { (0, 1), (7, 5), (50, 53), (102, 1) })
        {
            foreach (var (expected, actual) in together.Zip(Results(x.Narrow(0, first, count).Contiguous())))
            {
                Assert.Equal(Bits(expected.Narrow(0, first, count)), Bits(actual));
            }
        }
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(48, false)]
    public void RotaryStoreAndAttention_OverScatteredSlots_AreTheFormula(int h, bool hasNorm)
    {
        const int N = 4, K = 2, T = 21, Slots = 40;
        using var scope = new TensorScope();
        var qkv = Random("qkv", T, (N + (2 * K)) * h);
        var (queryScale, keyScale) = hasNorm ? (Random("query", h), Random("key", h)) : (null, null);
        var angles = RandomNumbers.Normal("angles", T * h / 2);
        var (cos, sin) = Tables(angles, T, h);
        long[] slots = [.. Enumerable.Range(0, T).Select(t => (7L * t + 3) % Slots)];
        long[] positions = [.. Enumerable.Range(0, T).Select(t => (long)t)];
        var (keys, values) = (Tensor.Zeros([Slots, K * h]), Tensor.Zeros([Slots, K * h]));

        var q = RowOperators.RotaryStore(qkv, N, K, queryScale, keyScale, Epsilon, cos, sin, Longs(positions), Longs(slots), keys, values);
        var seen = RowOperators.Attention(
            q, keys, values, K, Longs(slots), Longs(new long[T]), Longs([.. positions.Select(p => p + 1)]), 1 / Math.Sqrt(h));

        AssertClose(Definition(qkv.ToDoubles(), queryScale, keyScale, angles, N, K, h, T), seen.ToDoubles(), Tolerance);
    }

    [Fact]
    public void Attention_ARowAloneOrAmongOthers_IsTheSameBits()
    {
        const int N = 4, K = 2, H = 24, Slots = 90;
        using var scope = new TensorScope();
        var (q, keys, values) = (Random("q", 5, N * H), Random("keys", Slots, K * H), Random("values", Slots, K * H));
        long[] path = [.. Enumerable.Range(0, Slots).Select(t => (37L * t) % Slots)];
        long[] lengths = [1, 90, 16, 17, 55];
        var together = RowOperators.Attention(q, keys, values, K, Longs(path), Longs(new long[5]), Longs(lengths), 0.3);

        for (var row = 0; row < 5; row++)
        {
            // The path stands elsewhere, too.
            var alone = RowOperators.Attention(q.Narrow(0, row, 1).Contiguous(), keys, values, K, Longs([5, 5, .. path]), Longs([2]), Longs([lengths[row]]), 0.3);
            Assert.Equal(Bits(together.Narrow(0, row, 1)), Bits(alone));
        }
    }

    // Large enough that threads share the work; paths grow, as a prompt's do.
    [Fact]
    public void AllOperators_OnSeveralThreads_GiveTheBitsOfOne()
    {
        const int Rows = 300, N = 4, K = 2, H = 32, Width = N * H;
        using var scope = new TensorScope();
        var (x, w, scale) = (Random("x", Rows, Width), Random("w", 2 * Width, Width), Random("scale", Width));
        var (keys, values) = (Random("keys", Rows, K * H), Random("values", Rows, K * H));
        long[] places = [.. Enumerable.Range(0, Rows).Select(t => (long)t)];
        ThreadAssert.GivesTheSame(() =>
        {
            var linear = RowOperators.Linear(x, RowOperators.Pack(w, isGated: false, DType.Float32), 2 * Width, null, null, scale, Epsilon);
            var gated = RowOperators.SwiGlu(x, RowOperators.Pack(w, isGated: true, DType.Float32), Width, scale, Epsilon, null);
            var seen = RowOperators.Attention(x, keys, values, K, Longs(places), Longs(new long[Rows]), Longs([.. places.Select(place => place + 1)]), 0.3);
            return (int[])[.. Bits(linear), .. Bits(gated), .. Bits(seen)];
        });
    }

    [Fact]
    public void Attention_ScoresFarApart_StaysFinite()
    {
        using var scope = new TensorScope();
        var keys = Tensor.FromSpan([1000f, -1000f, 999f, 0f], 4, 1);
        var seen = RowOperators.Attention(Tensor.Full([1, 1], 1.0), keys, Tensor.FromSpan([1f, 2f, 4f, 8f], 4, 1), 1, Longs([0, 1, 2, 3]), Longs([0]), Longs([4]), 1.0);

        // Softmax of 1000 and 999; the others have weight e^-1000.
        var weight = 1 / (1 + Math.Exp(-1));
        Assert.Equal(weight + (4 * (1 - weight)), seen.Item(), 1e-5);
    }

    [Fact]
    public void Linear_WidthsThatDoNotFit_SaysSo()
    {
        using var scope = new TensorScope();
        var packed = RowOperators.Pack(Random("w", 70, 33), isGated: false, DType.Float32);

        var error = Assert.Throws<TorchException>(() => RowOperators.Linear(Random("x", 2, 32), packed, 70));
        Assert.Contains("32", error.Message, StringComparison.Ordinal);
    }

    private static Tensor Random(string label, params long[] shape) =>
        Tensor.FromSpan(RandomNumbers.Normal(label, shape.Aggregate(1L, (a, b) => a * b)), shape);

    private static Tensor Longs(long[] values) => Tensor.FromSpan(values, values.Length);

    private static int[] Bits(Tensor tensor) => MemoryMarshal.Cast<float, int>(tensor.ToFloats()).ToArray();

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance) => AssertClose(expected.ToDoubles(), actual.ToDoubles(), tolerance);

    private static void AssertClose(double[] expected, double[] actual, double tolerance) =>
        Assert.InRange(RandomNumbers.WorstDifference(expected, actual), 0, tolerance);

    // [T, H]; the sign of the first half is in the sines.
    private static (Tensor Cos, Tensor Sin) Tables(float[] angles, int t, int h)
    {
        var (cos, sin) = (new float[t * h], new float[t * h]);
        for (var i = 0; i < cos.Length; i++)
        {
            var angle = (double)angles[(i / h * (h / 2)) + (i % (h / 2))];
            (cos[i], sin[i]) = ((float)Math.Cos(angle), (float)(i % h < h / 2 ? -Math.Sin(angle) : Math.Sin(angle)));
        }

        return (Tensor.FromSpan(cos, t, h), Tensor.FromSpan(sin, t, h));
    }

    // Causal attention over one row of T positions, head by head.
    private static double[] Definition(double[] qkv, Tensor? queryScale, Tensor? keyScale, float[] angles, int n, int k, int h, int t)
    {
        var width = (n + (2 * k)) * h;
        double[] Part(int first, int heads) =>
            [.. Enumerable.Range(0, t).SelectMany(place => qkv.Skip((place * width) + (first * h)).Take(heads * h))];
        double[] wide = [.. angles.Select(angle => (double)angle)];
        var q = FusedDefinitions.HeadRotary(Part(0, n), queryScale?.ToDoubles(), Epsilon, wide, 1, t, n, h);
        var keys = FusedDefinitions.HeadRotary(Part(n, k), keyScale?.ToDoubles(), Epsilon, wide, 1, t, k, h);
        var values = Part(n + k, k);
        var seen = new double[t * n * h];
        for (var head = 0; head < n; head++)
        {
            var group = head / (n / k);
            for (var place = 0; place < t; place++)
            {
                var weights = Enumerable.Range(0, place + 1)
                    .Select(other => Math.Exp(Enumerable.Range(0, h).Sum(i => q[(((head * t) + place) * h) + i] * keys[(((group * t) + other) * h) + i]) / Math.Sqrt(h)))
                    .ToArray();
                for (var i = 0; i < h; i++)
                {
                    seen[(((place * n) + head) * h) + i] = Enumerable.Range(0, place + 1).Sum(other => weights[other] * values[(((other * k) + group) * h) + i]) / weights.Sum();
                }
            }
        }

        return seen;
    }
}
