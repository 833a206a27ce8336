using Thaw.Torch.Interop;

namespace Thaw.Torch;

/// <summary>One argument of an operator. Made by implicit conversion; which kinds fit is said by the operator's schema.</summary>
public readonly struct Argument
{
    private Argument(ValueTag tag, object? reference = null, long integer = 0, double real = 0)
    {
        Tag = tag;
        Reference = reference;
        Integer = integer;
        Real = real;
    }

    /// <summary>An optional argument that is left out.</summary>
    public static Argument None { get; } = new(ValueTag.None);

    internal ValueTag Tag { get; }

    internal object? Reference { get; }

    internal long Integer { get; }

    internal double Real { get; }

    public static implicit operator Argument(Tensor? tensor) => tensor is null ? None : new Argument(ValueTag.Tensor, tensor);

    public static implicit operator Argument(long value) => new(ValueTag.Int, integer: value);

    public static implicit operator Argument(int value) => new(ValueTag.Int, integer: value);

    public static implicit operator Argument(double value) => new(ValueTag.Float, real: value);

    public static implicit operator Argument(bool value) => new(ValueTag.Bool, integer: value ? 1 : 0);

    public static implicit operator Argument(DType dtype) => new(ValueTag.Int, integer: (int)dtype);

    public static implicit operator Argument(Device device) => new(ValueTag.Device, integer: device.Packed);

    public static implicit operator Argument(long[] values) => new(ValueTag.Ints, values);

    public static implicit operator Argument(Tensor?[] tensors) => new(ValueTag.Tensors, tensors);
}
