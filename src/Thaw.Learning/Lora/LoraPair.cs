using Thaw.Torch;

namespace Thaw.Learning.Lora;

/// <summary>The two factors of one projection's change: <c>W + scale · B A</c>, with A [rank, inputs] and B [outputs, rank].</summary>
public sealed class LoraPair(string module, Parameter a, Parameter b, double scale, LoraDropout? dropout) : IDisposable
{
    /// <summary><c>model.layers.0.self_attn.q_proj</c>.</summary>
    public string Module => module;

    public Parameter A => a;

    public Parameter B => b;

    /// <summary>What is added to the projection of <paramref name="x"/> [..., inputs]: [..., outputs], in the type of <paramref name="x"/>.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = new TensorScope();

        // Scaled between the factors, where there are only rank channels.
        var narrow = (dropout?.Apply(x) ?? x).Linear(a.Value.Cast(x.DType)) * scale;
        return scope.Keep(narrow.Linear(b.Value.Cast(x.DType)));
    }

    /// <summary>The dense change <c>scale · B A</c>, float32 [outputs, inputs].</summary>
    public Tensor Delta()
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        return scope.Keep(b.Value.Cast(DType.Float32).MatMul(a.Value.Cast(DType.Float32)) * scale);
    }

    public void Dispose()
    {
        a.Dispose();
        b.Dispose();
    }
}
