using Thaw.Learning.Checkpoints;
using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>Turns gradients into an update of the weights.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Updates made so far.</summary>
    long Steps { get; }

    /// <summary>What a checkpoint keeps, by name; of several ranks, this one's part.</summary>
    IEnumerable<(string Name, Tensor Value)> State { get; }

    /// <summary>Writes the whole state as safetensors; where it is shared out over ranks, all of them must call this.</summary>
    void WriteState(Stream stream) => TensorTransfer.Write(stream, State);

    void ClearGradients();

    /// <summary>Scales all gradients so that their joint L2 norm is at most <paramref name="maxNorm"/>; 0 only measures.</summary>
    /// <returns>The norm before scaling.</returns>
    double ClipGradients(double maxNorm);

    void Update(double learningRate);

    /// <summary>Takes over state and step count of a checkpoint.</summary>
    /// <param name="read">Fills the tensor of a given name.</param>
    void Restore(long steps, Action<string, Tensor> read);
}
