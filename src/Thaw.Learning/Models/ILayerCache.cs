using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Where each layer of a pass puts the keys and values of the new positions and finds those of the earlier ones.</summary>
public interface ILayerCache
{
    /// <summary>Positions before the new ones.</summary>
    long Length { get; }

    /// <summary>Adds new positions and gives all of them, old and new, [B, K, T, H].</summary>
    (Tensor KeysBKTH, Tensor ValuesBKTH) Append(int layer, Tensor keysBKTH, Tensor valuesBKTH);
}
