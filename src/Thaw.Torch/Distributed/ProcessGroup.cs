using System.Globalization;
using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch.Distributed;

/// <summary>Processes that compute one thing together, through libtorch's c10d.</summary>
/// <remarks>
/// Its operations are collectives: every rank calls the same ones in the same order with tensors of the same shapes and types, and
/// none returns before all have called it. They may be called from one thread at a time; <see cref="Abort"/> from any.
/// A sum is added up in one fixed order, so that all ranks have the same bits and a run repeats them.
/// </remarks>
public sealed class ProcessGroup : IDisposable
{
    private readonly GroupHandle _handle;

    private ProcessGroup(GroupHandle handle, GroupBackend backend, int rank, int size) => (_handle, Backend, Rank, Size) = (handle, backend, rank, size);

    public GroupBackend Backend { get; }

    /// <summary>From 0.</summary>
    public int Rank { get; }

    /// <summary>Processes of the group.</summary>
    public int Size { get; }

    /// <summary>Waits until all ranks have come.</summary>
    /// <param name="timeout">Of this wait and of every later operation.</param>
    /// <exception cref="TorchException">
    /// A rank did not come in time (the message says which), the port is taken, or libtorch was built without the backend.
    /// </exception>
    public static ProcessGroup Join(GroupBackend backend, Rendezvous place, int rank, int size, TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, size);
        if (!GroupBackends.Available.Contains(backend))
        {
            throw new TorchException(
                $"This libtorch {TorchRuntime.Version} was built without {Spelling(backend)}; it has {Known()}. The bridge is compiled against the libtorch that LIBTORCH names.");
        }

        ThrowIfFailed(NativeMethods.thaw_group_create(
            Spelling(backend), place.Host, place.Port, place.Serves ? 1 : 0, place.Prefix, rank, size, (long)timeout.TotalMilliseconds, out var handle));
        return new ProcessGroup(handle, backend, rank, size);
    }

    /// <summary>Replaces each tensor by its sum over all ranks.</summary>
    /// <exception cref="TorchException">A rank is gone, the time is over, or <see cref="Abort"/> was called.</exception>
    public void Sum(IReadOnlyList<Tensor> tensors)
    {
        ThrowIfFailed(NativeMethods.thaw_group_sum(_handle, Pointers(tensors), tensors.Count));
        GC.KeepAlive(tensors);
    }

    /// <summary>Replaces each tensor by that of the rank <paramref name="from"/>.</summary>
    /// <exception cref="TorchException">As for <see cref="Sum"/>.</exception>
    public void Broadcast(IReadOnlyList<Tensor> tensors, int from)
    {
        ThrowIfFailed(NativeMethods.thaw_group_broadcast(_handle, Pointers(tensors), tensors.Count, from));
        GC.KeepAlive(tensors);
    }

    /// <returns>The tensors of all ranks, [size, ...].</returns>
    /// <exception cref="TorchException">As for <see cref="Sum"/>.</exception>
    public Tensor Gather(Tensor tensor)
    {
        ThrowIfFailed(NativeMethods.thaw_group_gather(_handle, tensor.Handle, out var all));
        return new Tensor(all);
    }

    /// <summary>Makes operations that wait for other ranks, and all later ones, fail.</summary>
    public void Abort() => NativeMethods.thaw_group_abort(_handle);

    public void Dispose() => _handle.Dispose();

    private static nint[] Pointers(IReadOnlyList<Tensor> tensors) => [.. tensors.Select(tensor => tensor.Handle.Pointer)];

    private static string Known() => GroupBackends.Available.Count == 0 ? "none" : string.Join(", ", GroupBackends.Available.Select(Spelling));

    private static string Spelling(GroupBackend backend) => backend.ToString().ToLower(CultureInfo.InvariantCulture);
}
