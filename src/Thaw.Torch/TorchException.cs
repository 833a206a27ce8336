using System.Runtime.InteropServices;
using Thaw.Torch.Interop;

namespace Thaw.Torch;

/// <summary>A libtorch call failed. The message is libtorch's own.</summary>
public sealed class TorchException : Exception
{
    public TorchException(string message)
        : base(message)
    {
    }

    /// <summary>Throws if <paramref name="status"/> is not 0, the bridge's success code.</summary>
    /// <exception cref="TorchException">The native call reported an error.</exception>
    internal static void ThrowIfFailed(int status)
    {
        if (status != 0)
        {
            throw new TorchException(Marshal.PtrToStringUTF8(NativeMethods.thaw_last_error()) ?? "unknown libtorch error");
        }
    }
}
