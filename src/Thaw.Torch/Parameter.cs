namespace Thaw.Torch;

/// <summary>A trainable tensor. Belongs to a module, never to a <see cref="TensorScope"/>.</summary>
public sealed class Parameter : IDisposable
{
    /// <summary>Takes over <paramref name="value"/>, which must not be used by anybody else.</summary>
    /// <param name="name">As in the checkpoint: <c>model.layers.0.self_attn.q_proj.weight</c>.</param>
    public Parameter(string name, Tensor value)
    {
        Name = name;
        Value = TensorScope.Release(value).RequireGrad();
    }

    public string Name { get; }

    public Tensor Value { get; }

    /// <summary>False freezes the parameter: no gradient is computed and the optimizer passes it by.</summary>
    public bool IsTrainable { get; private set; } = true;

    public void Freeze()
    {
        IsTrainable = false;
        Value.ClearGradient();
        Value.RequireGrad(false);
    }

    public void Dispose() => Value.Dispose();
}
