using Thaw.Learning.Lora;
using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Affine map over the last dimension: [..., in] to [..., out]. Weights of another type are used in the input's.</summary>
internal sealed class Linear(Parameter weight, Parameter? bias = null, LoraPair? change = null)
{
    /// <summary>The one matrix [out, in] that does what <see cref="Forward"/> does: an adapter's change is added to the weight.</summary>
    public Tensor Whole()
    {
        using var scope = new TensorScope();
        return change is null ? weight.Value : scope.Keep(weight.Value.Cast(DType.Float32) + change.Delta());
    }

    public Tensor? Bias => bias?.Value;

    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();
        var y = x.Linear(weight.Value.Cast(x.DType), bias?.Value.Cast(x.DType));
        return scope.Keep(change is null ? y : y + change.Forward(x));
    }
}

/// <summary>Root-mean-square normalisation over the last dimension (arXiv:1910.07467, eq. 4).</summary>
internal sealed class RmsNorm(Parameter scale, double epsilon)
{
    // From 2.4 on; not run by any test so far: see docs/numerics.md, "not proven".
    private static readonly AtenOperator? s_native = AtenOperator.FindOrNull("rms_norm");

    public Tensor Scale => scale.Value;

    public double Epsilon => epsilon;

    /// <param name="dtype">Element type of the result.</param>
    public Tensor Forward(Tensor x, DType dtype) => !x.Device.IsCuda ? FusedOperators.RmsNorm(x, scale.Value, epsilon, dtype)
        : s_native is not null && x.DType == DType.Float32 ? Native(x, dtype)
        : Plain(x, dtype);

    /// <summary>The residual stream after <paramref name="delta"/> is added to it, and that normed, of the element type of <paramref name="delta"/>.</summary>
    public (Tensor Sum, Tensor Normed) AfterAdding(Tensor x, Tensor delta)
    {
        if (!x.Device.IsCuda)
        {
            return FusedOperators.AddRmsNorm(x, delta, scale.Value, epsilon);
        }

        var sum = x + delta;
        return (sum, Forward(sum, delta.DType));
    }

    private Tensor Native(Tensor x, DType dtype)
    {
        using var scope = new TensorScope();
        return scope.Keep(s_native!.Call(x, new[] { x.Shape[^1] }, scale.Value, epsilon).Cast(dtype));
    }

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
