using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch;

public sealed partial class Tensor
{
    /// <summary>Makes this a leaf whose gradient is recorded, or no longer.</summary>
    public Tensor RequireGrad(bool enabled = true)
    {
        ThrowIfFailed(NativeMethods.thaw_requires_grad(_handle, enabled ? 1 : 0));
        return this;
    }

    /// <summary>Adds to the gradient of every leaf that this scalar depends on.</summary>
    public void Backward() => ThrowIfFailed(NativeMethods.thaw_backward(_handle, 0));

    /// <summary>The gradient that <see cref="Backward"/> left here, sharing its memory, or null.</summary>
    public Tensor? GradientOrNull()
    {
        ThrowIfFailed(NativeMethods.thaw_gradient(_handle, out var handle));
        return handle.IsInvalid ? null : new Tensor(handle);
    }

    /// <summary>Adds to the gradient, or makes <paramref name="addend"/> the gradient where there is none yet.</summary>
    public void AddToGradient(Tensor addend)
    {
        if (GradientOrNull() is { } gradient)
        {
            gradient.AddInPlace(addend);
        }
        else
        {
            ThrowIfFailed(NativeMethods.thaw_set_gradient(_handle, addend.Handle.Pointer));
            GC.KeepAlive(addend);
        }
    }

    public void ClearGradient() => ThrowIfFailed(NativeMethods.thaw_set_gradient(_handle, 0));
}
