using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch;

/// <summary>Whether gradients are recorded on this thread.</summary>
public static class GradMode
{
    public static bool IsEnabled
    {
        get
        {
            ThrowIfFailed(NativeMethods.thaw_grad_mode(-1, out var now));
            return now != 0;
        }
    }
}

/// <summary>Switches the recording of gradients off on this thread until it is disposed.</summary>
public readonly ref struct NoGradScope : IDisposable
{
    private readonly int _before;

    public NoGradScope() => ThrowIfFailed(NativeMethods.thaw_grad_mode(0, out _before));

    public void Dispose() => ThrowIfFailed(NativeMethods.thaw_grad_mode(_before, out _));
}

/// <summary>Switches the recording of gradients on on this thread until it is disposed.</summary>
public readonly ref struct GradScope : IDisposable
{
    private readonly int _before;

    public GradScope() => ThrowIfFailed(NativeMethods.thaw_grad_mode(1, out _before));

    public void Dispose() => ThrowIfFailed(NativeMethods.thaw_grad_mode(_before, out _));
}
