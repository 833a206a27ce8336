using System.Runtime.InteropServices;

namespace Thaw.Torch.Interop;

/// <summary>Owns one process group of the bridge.</summary>
internal sealed class GroupHandle : SafeHandle
{
    /// <summary>Called by the P/Invoke marshaller, which then stores the pointer.</summary>
    public GroupHandle()
        : base(invalidHandleValue: 0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.thaw_group_free(handle);
        return true;
    }
}
