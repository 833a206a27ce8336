using System.Runtime.InteropServices;

namespace Thaw.Torch.Interop;

/// <summary>
/// One declaration per function of <c>native/thaw_torch.h</c>, same names, same order. Functions return 0 on success; any other
/// status means <see cref="thaw_last_error"/> has the reason.
/// </summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "thaw_torch";

    static NativeMethods() => NativeLibraryResolver.Install();

    [LibraryImport(Library)] internal static partial nint thaw_last_error();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int thaw_operator_find(string name, string overload, out nint op);

    [LibraryImport(Library)]
    internal static partial int thaw_operator_call(nint op, NativeValue* args, int count, NativeValue* results, int capacity, out int produced);

    [LibraryImport(Library)]
    internal static partial int thaw_tensor_from_memory(void* data, long bytes, int dtype, ReadOnlySpan<long> shape, int rank, out TensorHandle tensor);

    [LibraryImport(Library)] internal static partial int thaw_tensor_to_memory(TensorHandle tensor, void* data, long bytes);

    [LibraryImport(Library)] internal static partial int thaw_tensor_fill(TensorHandle tensor, void* data, long bytes, int dtype);

    [LibraryImport(Library)]
    internal static partial int thaw_tensor_describe(TensorHandle tensor, out int dtype, out int device, out int rank, Span<long> shape, int capacity);

    [LibraryImport(Library)] internal static partial int thaw_tensor_version(TensorHandle tensor, out long version);
    [LibraryImport(Library)] internal static partial void thaw_tensor_free(nint tensor);
    [LibraryImport(Library)] internal static partial long thaw_tensor_live_count();
    [LibraryImport(Library)] internal static partial int thaw_requires_grad(TensorHandle tensor, int enabled);
    [LibraryImport(Library)] internal static partial int thaw_backward(TensorHandle tensor, nint gradient);
    [LibraryImport(Library)] internal static partial int thaw_gradient(TensorHandle tensor, out TensorHandle gradient);
    [LibraryImport(Library)] internal static partial int thaw_set_gradient(TensorHandle tensor, nint gradient);
    [LibraryImport(Library)] internal static partial int thaw_grad_mode(int enabled, out int before);
    [LibraryImport(Library)] internal static partial int thaw_backward_all(nint* tensors, nint* gradients, int count);

    [LibraryImport(Library)]
    internal static partial int thaw_recompute(
        nint* inputs,
        int inputCount,
        nint* outputs,
        int outputCount,
        delegate* unmanaged[Cdecl]<nint, nint*, int, nint*, int, byte*, int, int> backward,
        delegate* unmanaged[Cdecl]<nint, void> release,
        nint state);

    [LibraryImport(Library)] internal static partial int thaw_manual_seed(ulong seed);
    [LibraryImport(Library)] internal static partial int thaw_threads(int wanted, out int now);
    [LibraryImport(Library)] internal static partial int thaw_threads_of_caller(int wanted);
    [LibraryImport(Library)] internal static partial int thaw_cuda_devices(out int count);
    [LibraryImport(Library)] internal static partial void thaw_quit(int code);
    [LibraryImport(Library)] internal static partial int thaw_describe_build(Span<byte> text, int capacity);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int thaw_group_create(
        string backend, string host, int port, int serves, string prefix, int rank, int size, long timeout, out GroupHandle group);

    [LibraryImport(Library)] internal static partial int thaw_group_sum(GroupHandle group, ReadOnlySpan<nint> tensors, int count);
    [LibraryImport(Library)] internal static partial int thaw_group_broadcast(GroupHandle group, ReadOnlySpan<nint> tensors, int count, int from);
    [LibraryImport(Library)] internal static partial int thaw_group_gather(GroupHandle group, TensorHandle tensor, out TensorHandle all);
    [LibraryImport(Library)] internal static partial void thaw_group_abort(GroupHandle group);
    [LibraryImport(Library)] internal static partial void thaw_group_free(nint group);
    [LibraryImport(Library)] internal static partial int thaw_group_backends(out int gloo, out int nccl);
}

/// <summary>Mirror of <c>thaw_value</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct NativeValue
{
    [FieldOffset(0)] public ValueTag Tag;
    [FieldOffset(4)] public int Count;
    [FieldOffset(8)] public nint Pointer;
    [FieldOffset(8)] public long Integer;
    [FieldOffset(8)] public double Real;
}

/// <summary>Mirror of <c>thaw_tag</c>.</summary>
internal enum ValueTag
{
    None,
    Tensor,
    Int,
    Float,
    Bool,
    Ints,
    Tensors,
    Floats,
    Device,
    String,
}
