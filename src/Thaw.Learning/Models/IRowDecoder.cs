using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Reads passes of tokens over slots and keeps the slots.</summary>
internal interface IRowDecoder : IDisposable
{
    /// <returns>Logits [W, V] in float32 after the wanted tokens, in the order in which they were asked for; the caller's scope owns them.</returns>
    Tensor Logits(DecodingPass pass);

    /// <summary>Makes room for the slots 0 to <paramref name="slots"/> - 1.</summary>
    void ReachSlots(long slots);

    /// <summary>Takes the weights of the model as they are now.</summary>
    void ReloadWeights();
}
