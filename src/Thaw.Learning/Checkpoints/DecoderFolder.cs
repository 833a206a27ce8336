using Thaw.Core.Storage;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Checkpoints;

/// <summary>A decoder in a Hugging Face folder: <c>config.json</c> and safetensors.</summary>
public static class DecoderFolder
{
    public const string ConfigName = "config.json";
    public const string WeightsName = "model.safetensors";

    /// <exception cref="InvalidDataException">A file is malformed, or a tensor is missing, of the wrong shape, or not known to the architecture.</exception>
    public static Decoder Read(string folder, Device device = default)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{folder}: no such folder.");
        }

        var config = ConfigFile.Read(Path.Combine(folder, ConfigName));
        using var weights = CheckpointWeights.Open(folder);
        RefuseStrangers(config, weights);
        return new Decoder(config, (name, shape) => weights.ReadFloat32(name, shape, device), device);
    }

    /// <summary>Writes <c>model.safetensors</c> in float32.</summary>
    public static void WriteWeights(string folder, Decoder decoder) =>
        AtomicFile.Write(Path.Combine(folder, WeightsName), stream => TensorTransfer.Write(stream, decoder.Parameters.Select(p => (p.Name, p.Value))));

    // A weight that nobody reads means another architecture. A tied head that is stored all the same is a common harmless copy.
    private static void RefuseStrangers(DecoderConfig config, CheckpointWeights weights)
    {
        var known = DecoderWeights.ShapesOf(config).Select(w => w.Name).ToHashSet();
        known.Add(DecoderWeights.Head);
        var stranger = weights.Entries.FirstOrDefault(e => !known.Contains(e.Name) && !e.Name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal));
        if (stranger is not null)
        {
            throw new InvalidDataException($"{weights.PathOf(stranger.Name)}: tensor '{stranger.Name}' is not part of a {config.Family} model.");
        }
    }
}
