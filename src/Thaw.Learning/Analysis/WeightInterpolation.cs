using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Analysis;

/// <summary>(1 − α) θ₀ + α θ as a model of its own: WiSE-FT (arXiv 2109.01903, equation 1).</summary>
/// <remarks>Tensor by tensor, in float64, rounded once to the tuned model's element types. At 0 and 1 the tensors are those of base and tuned model, to the bit.</remarks>
public static class WeightInterpolation
{
    /// <summary>Writes the mixture as a Hugging Face folder, which is there whole or not at all; configuration and tokenizer are the tuned model's.</summary>
    /// <param name="model">A model, or an adapter on <paramref name="base"/>.</param>
    /// <param name="alpha">The share of the tuned model, 0 to 1.</param>
    /// <exception cref="InvalidDataException">The two differ in their tensors or shapes.</exception>
    /// <exception cref="IOException">A folder or file is missing.</exception>
    public static void Write(string model, string @base, double alpha, string outFolder, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(alpha);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(alpha, 1);
        using var origin = WeightSource.Open(@base, null);
        using var tuned = WeightSource.Open(model, @base);
        tuned.RequireSameShapes(origin);
        AtomicFile.WriteFolder(outFolder, temporary =>
        {
            ModelFolder.CopyExtras(tuned.ModelFolder, temporary);
            ShardedWriter.Write(temporary, Entries(tuned), ShardedWriter.DefaultShardBytes, (entry, stream) =>
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = new TensorScope();
                using var noGrad = new NoGradScope();
                TensorTransfer.Write(stream, Mix(entry.Name), entry.Type);
            });
        });

        Tensor Mix(string name) => alpha switch
        {
            // Adding 0 times the other would turn -0 into 0.
            0 => origin.Read(name),
            1 => tuned.Read(name),
            _ => (origin.Read(name) * (1 - alpha)) + (tuned.Read(name) * alpha),
        };
    }

    private static IEnumerable<SafetensorsEntry> Entries(WeightSource tuned) =>
        DecoderWeights.ShapesOf(tuned.Config).Select(weight => new SafetensorsEntry(weight.Name, tuned.TypeOf(weight.Name), weight.Shape));
}
