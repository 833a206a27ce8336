using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch;

/// <summary>Switches the recording of gradients off on this thread until it is disposed.</summary>
public readonly ref struct NoGradScope : IDisposable
{
    private readonly int _before;

    public NoGradScope() => ThrowIfFailed(NativeMethods.thaw_grad_mode(0, out _before));

    public void Dispose() => ThrowIfFailed(NativeMethods.thaw_grad_mode(_before, out _));
}
