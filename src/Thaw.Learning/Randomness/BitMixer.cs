using Thaw.Torch;

namespace Thaw.Learning.Randomness;

/// <summary>A 32-bit mixer of low bias (C. Wellons, nullprogram.com/blog/2018/07/31, "lowbias32"): numbers of a place, the same on every device.</summary>
internal static class BitMixer
{
    private const uint FirstFactor = 0x7feb352d;
    private const uint SecondFactor = 0x846ca68b;

    private static readonly AtenOperator s_xor = AtenOperator.Find("bitwise_xor", "Tensor");
    private static readonly AtenOperator s_xorScalar = AtenOperator.Find("bitwise_xor", "Scalar");
    private static readonly AtenOperator s_and = AtenOperator.Find("bitwise_and", "Scalar");
    private static readonly AtenOperator s_shift = AtenOperator.Find("bitwise_right_shift", "Tensor_Scalar");
    private static readonly AtenOperator s_multiply = AtenOperator.Find("mul", "Scalar");

    public static uint Hash(uint x) => unchecked(Folded(Folded(Folded(x, 16) * FirstFactor, 15) * SecondFactor, 16));

    /// <summary>The same of the low 32 bits of int64 elements, each first mixed with <paramref name="key"/> by exclusive or.</summary>
    public static Tensor Hash(Tensor x, uint key)
    {
        using var scope = new TensorScope();
        x = s_xorScalar.Call(Low(x), (long)key);
        x = Low(s_multiply.Call(Fold(x, 16), (long)FirstFactor));
        x = Low(s_multiply.Call(Fold(x, 15), (long)SecondFactor));
        return scope.Keep(Fold(x, 16));

        static Tensor Low(Tensor x) => s_and.Call(x, 0xffffffffL);

        static Tensor Fold(Tensor x, long bits) => s_xor.Call(x, s_shift.Call(x, bits));
    }

    public static Tensor Xor(Tensor a, Tensor b) => s_xor.Call(a, b);

    private static uint Folded(uint x, int bits) => x ^ (x >> bits);
}
