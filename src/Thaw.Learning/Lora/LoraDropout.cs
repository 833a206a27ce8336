using Thaw.Core.Randomness;
using Thaw.Learning.Randomness;
using Thaw.Torch;

namespace Thaw.Learning.Lora;

/// <summary>Which input elements the adapters of a model do not see in training.</summary>
/// <remarks>
/// A mask is a hash of run, step, batch, call and place, not a draw from a generator: the same on every device, whatever else runs at
/// the same time, and after resuming. A prefix that rows share is computed once, so its mask is shared as well, unlike in PEFT.
/// </remarks>
public sealed class LoraDropout(double rate, ulong seed)
{
    private static readonly AtenOperator s_atLeast = AtenOperator.Find("ge", "Scalar");

    private ulong _batch;
    private int _calls;
    private bool _isOn;

    /// <summary>From here to <see cref="End"/> elements are dropped, by the masks of this batch of this step.</summary>
    public void Begin(int step, int batch) => (_batch, _calls, _isOn) = (SplitMix64.SeedOf(seed, $"lora/{step}/{batch}"), 0, true);

    public void End() => _isOn = false;

    /// <summary>Where in its batch it is; null outside of one.</summary>
    internal (ulong Batch, int Calls)? Mark() => _isOn ? (_batch, _calls) : null;

    /// <summary>Gives the masks from a mark on once more, until the result is disposed.</summary>
    internal IDisposable GoTo((ulong Batch, int Calls) mark)
    {
        var now = new Return(this, _batch, _calls, _isOn);
        (_batch, _calls, _isOn) = (mark.Batch, mark.Calls, true);
        return now;
    }

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
            values[i] = BitMixer.Hash((uint)i ^ key) >= threshold ? kept : 0;
        }

        return Tensor.FromSpan(values, count);
    }

    /// <summary>The same in ATen's operators, for other devices.</summary>
    internal Tensor PlainMask(long count, uint key, Device device)
    {
        using var scope = new TensorScope();
        var hash = BitMixer.Hash(Tensor.Arange(0, count, device), key);
        return scope.Keep(s_atLeast.Call(hash, Threshold).Cast(DType.Float32) * (1 / (1 - rate)));
    }

    private long Threshold => (long)(rate * 4294967296.0);

    private sealed class Return(LoraDropout dropout, ulong batch, int calls, bool isOn) : IDisposable
    {
        public void Dispose() => (dropout._batch, dropout._calls, dropout._isOn) = (batch, Math.Max(calls, dropout._calls), isOn);
    }
}
