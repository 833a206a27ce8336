using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Keys and values of the positions before the current ones, one pair [B, K, T, H] a layer.</summary>
/// <remarks>
/// A cache made from one row serves a batch of any size: it is repeated when the batch is appended. Gradients flow through it,
/// so a prefix that many rows share is computed once in training too. Owns its tensors.
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    private readonly (Tensor Keys, Tensor Values)?[] _layers;

    public KeyValueCache(int layers) => _layers = new (Tensor, Tensor)?[layers];

    /// <summary>Positions held so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds new positions and gives all of them, old and new.</summary>
    internal (Tensor KeysBKTH, Tensor ValuesBKTH) Append(int layer, Tensor keysBKTH, Tensor valuesBKTH)
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

    /// <summary>Keeps only the rows of the batch that the int64 vector <paramref name="rows"/> names.</summary>
    public void KeepRows(Tensor rows)
    {
        using var scope = new TensorScope();
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            if (_layers[layer] is { } old)
            {
                _layers[layer] = (TensorScope.Release(old.Keys.IndexSelect(0, rows)), TensorScope.Release(old.Values.IndexSelect(0, rows)));
                old.Keys.Dispose();
                old.Values.Dispose();
            }
        }
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
