using Thaw.Core.Randomness;
using Thaw.Torch;

namespace Thaw.Learning.Lora;

/// <summary>Which input elements the adapters of a model do not see in training.</summary>
/// <remarks>
/// A mask is a hash of run, step, batch, call and place, not a draw from a generator: the same on every device, whatever else runs at
/// the same time, and after resuming. A prefix that rows share is computed once, so its mask is shared as well, unlike in PEFT.
/// </remarks>
public sealed class LoraDropout(double rate, ulong seed)
{
    private const uint FirstFactor = 0x7feb352d;
    private const uint SecondFactor = 0x846ca68b;

    private static readonly AtenOperator s_xor = AtenOperator.Find("bitwise_xor", "Tensor");
    private static readonly AtenOperator s_xorScalar = AtenOperator.Find("bitwise_xor", "Scalar");
    private static readonly AtenOperator s_and = AtenOperator.Find("bitwise_and", "Scalar");
    private static readonly AtenOperator s_shift = AtenOperator.Find("bitwise_right_shift", "Tensor_Scalar");
    private static readonly AtenOperator s_multiply = AtenOperator.Find("mul", "Scalar");
    private static readonly AtenOperator s_atLeast = AtenOperator.Find("ge", "Scalar");

    private ulong _batch;
    private int _calls;
    private bool _isOn;

    /// <summary>From here to <see cref="End"/> elements are dropped, by the masks of this batch of this step.</summary>
    public void Begin(int step, int batch) => (_batch, _calls, _isOn) = (SplitMix64.SeedOf(seed, $"lora/{step}/{batch}"), 0, true);

    public void End() => _isOn = false;

    /// <summary>One with the same masks, for another thread.</summary>
    internal LoraDropout Replicate() => new(rate, seed);

    /// <summary><paramref name="x"/> with some elements 0 and the others larger, so that the mean stays; <paramref name="x"/> itself outside a batch.</summary>
    public Tensor Apply(Tensor x)
    {
        if (!_isOn || rate == 0)
        {
            return x;
        }

        using var scope = new TensorScope();
        var key = (uint)(SplitMix64.SeedOf(_batch, $"{_calls++}") >> 32);
        var mask = x.Device.IsCuda ? PlainMask(x.ElementCount, key, x.Device) : Mask(x.ElementCount, key);
        return scope.Keep(x * mask.Reshape(x.Shape.ToArray()).Cast(x.DType));
    }

    /// <summary>0 for dropped elements, 1 / (1 - rate) for kept ones.</summary>
    internal Tensor Mask(long count, uint key)
    {
        var values = new float[count];
        var (threshold, kept) = ((uint)Threshold, (float)(1 / (1 - rate)));
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Hash((uint)i ^ key) >= threshold ? kept : 0;
        }

        return Tensor.FromSpan(values, count);
    }

    /// <summary>The same in ATen's operators, for other devices.</summary>
    internal Tensor PlainMask(long count, uint key, Device device)
    {
        using var scope = new TensorScope();
        var x = s_xorScalar.Call(Low(Tensor.Arange(0, count, device)), (long)key);
        x = Low(s_multiply.Call(Fold(x, 16), (long)FirstFactor));
        x = Low(s_multiply.Call(Fold(x, 15), (long)SecondFactor));
        return scope.Keep(s_atLeast.Call(Fold(x, 16), Threshold).Cast(DType.Float32) * (1 / (1 - rate)));

        static Tensor Low(Tensor x) => s_and.Call(x, 0xffffffffL);

        static Tensor Fold(Tensor x, long bits) => s_xor.Call(x, s_shift.Call(x, bits));
    }

    private long Threshold => (long)(rate * 4294967296.0);

    // A 32-bit mixer of low bias (C. Wellons, nullprogram.com/blog/2018/07/31, "lowbias32").
    private static uint Hash(uint x) => unchecked(Folded(Folded(Folded(x, 16) * FirstFactor, 15) * SecondFactor, 16));

    private static uint Folded(uint x, int bits) => x ^ (x >> bits);
}
