using System.Runtime.InteropServices;
using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch;

/// <summary>A libtorch tensor. Operations return new tensors, owned by the innermost <see cref="TensorScope"/>.</summary>
/// <remarks>The operators stand in <c>Tensor.*.cs</c>, one line each; names and meaning are ATen's.</remarks>
public sealed partial class Tensor : IDisposable
{
    private const int MostDimensions = 8;

    private readonly TensorHandle _handle;
    private long[]? _shape;
    private DType _dtype;
    private Device _device;

    internal Tensor(TensorHandle handle, bool scoped = true)
    {
        _handle = handle;
        if (scoped)
        {
            TensorScope.Register(this);
        }
    }

    /// <summary>Native tensors that somebody still owns. A leak is a count that grows.</summary>
    public static long LiveCount => NativeMethods.thaw_tensor_live_count();

    public ReadOnlySpan<long> Shape => Describe()._shape;

    public DType DType => Describe()._dtype;

    public Device Device => Describe()._device;

    public long ElementCount
    {
        get
        {
            var count = 1L;
            foreach (var size in Shape)
            {
                count *= size;
            }

            return count;
        }
    }

    /// <summary>Grows with every change in place, of this tensor or of one that shares its memory by <see cref="Detach"/>.</summary>
    public long Version
    {
        get
        {
            ThrowIfFailed(NativeMethods.thaw_tensor_version(_handle, out var version));
            return version;
        }
    }

    internal TensorHandle Handle => _handle;

    public static Tensor FromSpan(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => FromBytes(MemoryMarshal.AsBytes(values), DType.Float32, shape);

    public static Tensor FromSpan(ReadOnlySpan<double> values, params ReadOnlySpan<long> shape) => FromBytes(MemoryMarshal.AsBytes(values), DType.Float64, shape);

    public static Tensor FromSpan(ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) => FromBytes(MemoryMarshal.AsBytes(values), DType.Int64, shape);

    public static Tensor FromSpan(ReadOnlySpan<bool> values, params ReadOnlySpan<long> shape) => FromBytes(MemoryMarshal.AsBytes(values), DType.Bool, shape);

    /// <summary>A CPU tensor with a copy of <paramref name="bytes"/>, row by row, in the machine's byte order.</summary>
    /// <exception cref="TorchException">The bytes do not fill the shape exactly.</exception>
    public static unsafe Tensor FromBytes(ReadOnlySpan<byte> bytes, DType dtype, params ReadOnlySpan<long> shape)
    {
        fixed (byte* data = bytes)
        {
            ThrowIfFailed(NativeMethods.thaw_tensor_from_memory(data, bytes.Length, (int)dtype, shape, shape.Length, out var handle));
            return new Tensor(handle);
        }
    }

    /// <summary>Copies all elements, row by row, in the tensor's own element type.</summary>
    public unsafe void CopyTo(Span<byte> bytes)
    {
        fixed (byte* data = bytes)
        {
            ThrowIfFailed(NativeMethods.thaw_tensor_to_memory(_handle, data, bytes.Length));
        }
    }

    /// <summary>All elements as float32, row by row.</summary>
    public float[] ToFloats() => To<float>(DType.Float32);

    public double[] ToDoubles() => To<double>(DType.Float64);

    /// <summary>All elements as int64, row by row.</summary>
    public long[] ToLongs() => To<long>(DType.Int64);

    /// <summary>The only element of a tensor that has one.</summary>
    public double Item() => ElementCount == 1
        ? ToDoubles()[0]
        : throw new InvalidOperationException($"Item needs one element, not shape [{string.Join(", ", Shape.ToArray())}].");

    public void Dispose() => _handle.Dispose();

    public override string ToString() => $"{DType}[{string.Join(", ", Shape.ToArray())}] on {Device}";

    private T[] To<T>(DType dtype)
        where T : unmanaged
    {
        using var scope = new TensorScope();
        var values = new T[ElementCount];
        Cast(dtype).CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private Tensor Describe()
    {
        if (_shape is null)
        {
            Span<long> shape = stackalloc long[MostDimensions];
            ThrowIfFailed(NativeMethods.thaw_tensor_describe(_handle, out var dtype, out var device, out var rank, shape, shape.Length));
            _dtype = (DType)dtype;
            _device = Device.FromPacked(device);
            _shape = shape[..rank].ToArray();
        }

        return this;
    }
}
