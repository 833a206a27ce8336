using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Keys and values of the positions before the current ones, one pair [B, K, T, H] a layer.</summary>
/// <remarks>
/// A cache made from one row serves a batch of any size: it is repeated when the batch is appended. Gradients flow through it,
/// so a prefix that many rows share is computed once in training too. Owns its tensors.
/// </remarks>
public sealed class KeyValueCache : ILayerCache, IDisposable
{
    private readonly (Tensor Keys, Tensor Values)?[] _layers;

    public KeyValueCache(int layers) => _layers = new (Tensor, Tensor)?[layers];

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public (Tensor KeysBKTH, Tensor ValuesBKTH) Append(int layer, Tensor keysBKTH, Tensor valuesBKTH)
    {
        using var scope = new TensorScope();
        if (_layers[layer] is { } old)
        {
            keysBKTH = Join(old.Keys, keysBKTH);
            valuesBKTH = Join(old.Values, valuesBKTH);
            old.Keys.Dispose();
            old.Values.Dispose();
        }

        _layers[layer] = (TensorScope.Release(keysBKTH), TensorScope.Release(valuesBKTH));
        if (layer == _layers.Length - 1)
        {
            Length = keysBKTH.Shape[2];
        }

        return (keysBKTH, valuesBKTH);
    }

    public void Dispose()
    {
        foreach (var layer in _layers)
        {
            layer?.Keys.Dispose();
            layer?.Values.Dispose();
        }
    }

    private static Tensor Join(Tensor oldBKTH, Tensor newBKTH)
    {
        var rows = newBKTH.Shape[0];
        return Tensor.Cat([oldBKTH.Shape[0] == rows ? oldBKTH : oldBKTH.Expand(rows, -1, -1, -1), newBKTH], dim: 2);
    }
}
