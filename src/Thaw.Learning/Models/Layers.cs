using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Affine map over the last dimension: [..., in] to [..., out]. Weights are kept in float32 and used in the input's type.</summary>
internal sealed class Linear(Parameter weight, Parameter? bias = null)
{
    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();
        return scope.Keep(x.Linear(weight.Value.Cast(x.DType), bias?.Value.Cast(x.DType)));
    }
}

/// <summary>Root-mean-square normalisation over the last dimension (arXiv:1910.07467, eq. 4).</summary>
internal sealed class RmsNorm(Parameter scale, double epsilon)
{
    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();
        // In float32 whatever the activations are: a mean of squares in bfloat16 has three digits.
        var wide = x.Cast(DType.Float32);
        var inverseRms = (wide.Square().Mean(-1, keepDim: true) + epsilon).Rsqrt();
        return scope.Keep((wide * inverseRms * scale.Value).Cast(x.DType));
    }
}

/// <summary>Gated feed-forward layer: <c>down(silu(gate(x)) * up(x))</c> (arXiv:2002.05202).</summary>
internal sealed class SwiGlu(Linear gate, Linear up, Linear down)
{
    public Tensor Forward(Tensor xBTD)
    {
        using var scope = new TensorScope();
        return scope.Keep(down.Forward(gate.Forward(xBTD).Silu() * up.Forward(xBTD)));
    }
}
