using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch.Distributed;

/// <summary>What carries the tensors between processes.</summary>
public enum GroupBackend
{
    /// <summary>Between CPUs, over TCP.</summary>
    Gloo,

    /// <summary>Between GPUs, one for each process.</summary>
    Nccl,
}

/// <summary>Facts about backends.</summary>
public static class GroupBackends
{
    /// <summary>Those that the bridge was compiled with: what the libtorch that it was built against has.</summary>
    public static IReadOnlyList<GroupBackend> Available
    {
        get
        {
            ThrowIfFailed(NativeMethods.thaw_group_backends(out var gloo, out var nccl));
            return [.. new[] { (gloo, GroupBackend.Gloo), (nccl, GroupBackend.Nccl) }.Where(b => b.Item1 != 0).Select(b => b.Item2)];
        }
    }
}
