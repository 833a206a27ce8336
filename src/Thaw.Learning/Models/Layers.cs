using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Affine map over the last dimension: [..., in] to [..., out]. Weights of another type are used in the input's.</summary>
internal sealed class Linear(Parameter weight, Parameter? bias = null)
{
    /// <summary>The matrix [out, in] that <see cref="Forward"/> multiplies with.</summary>
    public Tensor Weight => weight.Value;

    public Tensor? Bias => bias?.Value;

    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();
        return scope.Keep(x.Linear(weight.Value.Cast(x.DType), bias?.Value.Cast(x.DType)));
    }
}

/// <summary>Root-mean-square normalisation over the last dimension (arXiv:1910.07467, eq. 4).</summary>
internal sealed class RmsNorm(Parameter scale, double epsilon)
{
    public Tensor Scale => scale.Value;

    public double Epsilon => epsilon;

    /// <param name="dtype">Element type of the result.</param>
    public Tensor Forward(Tensor x, DType dtype) =>
        x.Device.IsCuda ? Plain(x, dtype) : FusedOperators.RmsNorm(x, scale.Value, epsilon, dtype);

    /// <summary>The same in ATen's operators, for other devices and as the slow twin of the fused one.</summary>
    internal Tensor Plain(Tensor x, DType dtype)
    {
        using var scope = new TensorScope();
        // In float32 whatever the activations are: a mean of squares in bfloat16 has three digits.
        var wide = x.Cast(DType.Float32);
        var inverseRms = (wide.Square().Mean(-1, keepDim: true) + epsilon).Rsqrt();
        return scope.Keep((wide * inverseRms * scale.Value).Cast(dtype));
    }
}

/// <summary>Gated feed-forward layer: <c>down(silu(gate(x)) * up(x))</c> (arXiv:2002.05202).</summary>
internal sealed class SwiGlu(Linear gate, Linear up, Linear down)
{
    public Linear Gate => gate;

    public Linear Up => up;

    public Linear Down => down;

    public Tensor Forward(Tensor xBTD)
    {
        using var scope = new TensorScope();
        var (opened, values) = (gate.Forward(xBTD), up.Forward(xBTD));
        return scope.Keep(down.Forward(xBTD.Device.IsCuda ? opened.Silu() * values : FusedOperators.SwiGlu(opened, values)));
    }
}
