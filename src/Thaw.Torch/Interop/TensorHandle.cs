using System.Runtime.InteropServices;

namespace Thaw.Torch.Interop;

/// <summary>Owns one heap-allocated <c>at::Tensor</c>. The only type that frees native tensors.</summary>
internal sealed class TensorHandle : SafeHandle
{
    /// <summary>Called by the P/Invoke marshaller, which then stores the pointer.</summary>
    public TensorHandle()
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
    }

    public TensorHandle(nint tensor)
        : this() => SetHandle(tensor);

    public override bool IsInvalid => handle == 0;

    /// <summary>For a call that keeps this object alive until it returns.</summary>
    public nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        NativeMethods.thaw_tensor_free(handle);
        return true;
    }
}
