using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Training;

public sealed class AdamWTests
{
    private static readonly AdamWOptions s_options = new(Beta1: 0.9, Beta2: 0.95, Epsilon: 1e-6, WeightDecay: 0.1);

    [Fact]
    public void Update_SixTimes_IsThePapersAlgorithmInDoublePrecision()
    {
        using var parameter = new Parameter("w", Tensor.FromSpan(RandomNumbers.Normal("w", 12), 3, 4));
        using var optimizer = new AdamW([parameter], s_options);
        var (theta, m, v) = (parameter.Value.ToDoubles(), new double[12], new double[12]);
        for (var t = 1; t <= 6; t++)
        {
            // Of very different size, down to where epsilon matters.
            float[] gradient = [.. RandomNumbers.Normal($"g{t}", 12).Select((g, i) => g * MathF.Pow(10, -i))];
            var rate = 0.01 * t;
            SetGradient(parameter, gradient);
            optimizer.Update(rate);
            for (var i = 0; i < 12; i++)
            {
                double g = gradient[i];
                m[i] = (0.9 * m[i]) + (0.1 * g);
                v[i] = (0.95 * v[i]) + (0.05 * g * g);
                var (mHat, vHat) = (m[i] / (1 - Math.Pow(0.9, t)), v[i] / (1 - Math.Pow(0.95, t)));
                theta[i] -= rate * ((mHat / (Math.Sqrt(vHat) + 1e-6)) + (0.1 * theta[i]));
            }
        }

        Assert.Equal(6, optimizer.Steps);

        // Six updates, each rounded to 6e-8 a few times.
        TensorAssert.Close(theta, parameter.Value.ToDoubles(), 1e-6);
    }

    [Fact]
    public void Update_WithAFrozenParameter_PassesItBy()
    {
        using var frozen = new Parameter("frozen", Tensor.Full([2], 1.0));
        using var free = new Parameter("free", Tensor.Full([2], 1.0));
        frozen.Freeze();
        using var optimizer = new AdamW([frozen, free], s_options);
        SetGradient(free, [1, 1]);

        optimizer.Update(0.1);

        Assert.Equal([1f, 1f], frozen.Value.ToFloats());
        Assert.NotEqual([1f, 1f], free.Value.ToFloats());
        Assert.Equal(["free.exp_avg", "free.exp_avg_sq"], optimizer.State.Select(state => state.Name));
    }

    [Fact]
    public void Update_ParameterWithoutAGradient_NamesIt()
    {
        using var parameter = new Parameter("lonely", Tensor.Full([2], 1.0));
        using var optimizer = new AdamW([parameter], s_options);

        Assert.Contains("lonely", Assert.Throws<InvalidOperationException>(() => optimizer.Update(0.1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(10.0, 5.0)]
    [InlineData(0.0, 5.0)]
    public void ClipGradients_OfNormFive_LeavesAtMostTheBound(double bound, double after)
    {
        using var a = new Parameter("a", Tensor.Full([1], 1.0));
        using var b = new Parameter("b", Tensor.Full([1], 1.0));
        using var optimizer = new AdamW([a, b], s_options);
        SetGradient(a, [3]);
        SetGradient(b, [4]);

        Assert.Equal(5.0, optimizer.ClipGradients(bound), 1e-6);

        // PyTorch divides by the norm and 1e-6, so the result is a little below the bound.
        Assert.Equal(after, optimizer.ClipGradients(0), 1e-6);
    }

    internal static void SetGradient(Parameter parameter, float[] gradient)
    {
        using var scope = new TensorScope();
        parameter.Value.ClearGradient();
        (parameter.Value * Tensor.FromSpan(gradient, parameter.Value.Shape)).Sum().Backward();
    }
}
