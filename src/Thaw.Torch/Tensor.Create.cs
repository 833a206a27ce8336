using System.Runtime.InteropServices;
using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch;

public sealed partial class Tensor
{
    private static readonly AtenOperator s_empty = AtenOperator.Find("empty", "memory_format");
    private static readonly AtenOperator s_zeros = AtenOperator.Find("zeros");
    private static readonly AtenOperator s_full = AtenOperator.Find("full");
    private static readonly AtenOperator s_arange = AtenOperator.Find("arange", "start");
    private static readonly AtenOperator s_normalInPlace = AtenOperator.Find("normal_");
    private static readonly AtenOperator s_uniformInPlace = AtenOperator.Find("uniform_");
    private static readonly AtenOperator s_toDType = AtenOperator.Find("to", "dtype");
    private static readonly AtenOperator s_toDevice = AtenOperator.Find("to", "device");
    private static readonly AtenOperator s_clone = AtenOperator.Find("clone");
    private static readonly AtenOperator s_detach = AtenOperator.Find("detach");
    private static readonly AtenOperator s_contiguous = AtenOperator.Find("contiguous");

    /// <summary>Whatever was in that memory: for a tensor that is overwritten whole.</summary>
    public static Tensor Empty(long[] shape, DType dtype = DType.Float32, Device device = default) =>
        s_empty.Call(shape, dtype, Argument.None, OrCpu(device));

    public static Tensor Zeros(long[] shape, DType dtype = DType.Float32, Device device = default) =>
        s_zeros.Call(shape, dtype, Argument.None, OrCpu(device));

    public static Tensor Full(long[] shape, double value, DType dtype = DType.Float32, Device device = default) =>
        s_full.Call(shape, value, dtype, Argument.None, OrCpu(device));

    /// <summary>The integers from <paramref name="start"/> up to but without <paramref name="end"/>, int64.</summary>
    public static Tensor Arange(long start, long end, Device device = default) =>
        s_arange.Call(start, end, DType.Int64, Argument.None, OrCpu(device));

    /// <summary>Overwrites with draws from a normal distribution, from libtorch's generator.</summary>
    public Tensor FillNormal(double mean, double deviation)
    {
        s_normalInPlace.Run(this, mean, deviation);
        return this;
    }

    public Tensor FillUniform(double low, double high)
    {
        s_uniformInPlace.Run(this, low, high);
        return this;
    }

    /// <summary>Overwrites all elements, row by row, with those of type <paramref name="dtype"/> that lie in <paramref name="memory"/> from a byte on.</summary>
    /// <remarks>Converts on the way to this tensor's own type and device; no other copy is made.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The memory ends before the tensor is full.</exception>
    public unsafe void Fill(SafeBuffer memory, long start, DType dtype)
    {
        var bytes = checked(ElementCount * dtype.Size());
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)bytes, memory.ByteLength - Math.Min(memory.ByteLength, (ulong)start), nameof(memory));
        byte* data = null;
        memory.AcquirePointer(ref data);
        try
        {
            ThrowIfFailed(NativeMethods.thaw_tensor_fill(_handle, data + start, bytes, (int)dtype));
        }
        finally
        {
            memory.ReleasePointer();
        }
    }

    /// <summary>In another element type; an alias of this tensor where it has that type already.</summary>
    public Tensor Cast(DType dtype) => s_toDType.Call(this, dtype);

    public Tensor To(Device device, DType dtype) => s_toDevice.Call(this, OrCpu(device), dtype);

    public Tensor Clone() => s_clone.Call(this);

    /// <summary>The same memory without the history of gradients.</summary>
    public Tensor Detach() => s_detach.Call(this);

    public Tensor Contiguous() => s_contiguous.Call(this);

    // The default value of the struct has index 0, which libtorch would read as cpu:0.
    private static Device OrCpu(Device device) => device.IsCuda ? device : Device.Cpu;
}
