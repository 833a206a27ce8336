using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Keys and values of single tokens, one row [K H] of each a slot and layer. Owns its tensors; grows as slots are asked for.</summary>
internal sealed class SlotPool(DecoderConfig config, DType dtype, Device device) : IDisposable
{
    private const long Fewest = 1024;

    private readonly (Tensor Keys, Tensor Values)[] _layers = new (Tensor, Tensor)[config.Layers];
    private long _capacity;

    /// <summary>Numbers of one token's keys, and of its values.</summary>
    public long Width => (long)config.KeyValueHeads * config.HeadWidth;

    public DType DType => dtype;

    /// <summary>Keys and values [S, K H]. Another tensor after each growth.</summary>
    public (Tensor Keys, Tensor Values) this[int layer] => _layers[layer];

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1; what the old ones hold stays.</summary>
    public void Reach(long slots)
    {
        if (slots <= _capacity)
        {
            return;
        }

        var capacity = Math.Max(Fewest, Math.Max(slots, 2 * _capacity));
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            _layers[layer] = (Grown(_layers[layer].Keys, capacity), Grown(_layers[layer].Values, capacity));
        }

        _capacity = capacity;
    }

    public void Dispose()
    {
        foreach (var (keys, values) in _layers)
        {
            keys?.Dispose();
            values?.Dispose();
        }
    }

    private Tensor Grown(Tensor? old, long capacity)
    {
        using var scope = new TensorScope();
        var grown = TensorScope.Release(Tensor.Zeros([capacity, Width], dtype, device));
        if (old is not null)
        {
            grown.Narrow(0, 0, _capacity).CopyFrom(old);
            old.Dispose();
        }

        return grown;
    }
}
