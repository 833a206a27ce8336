using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Checkpoints;

/// <summary>A decoder in a Hugging Face folder: <c>config.json</c> and safetensors.</summary>
public static class DecoderFolder
{
    public const string ConfigName = "config.json";
    public const string WeightsName = "model.safetensors";

    /// <param name="type">Also what matrices are multiplied in.</param>
    /// <exception cref="InvalidDataException">A file is malformed, or a tensor is missing, of the wrong shape, or not known to the architecture.</exception>
    public static Decoder Read(string folder, Device device = default, WeightType type = WeightType.Default)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{folder}: no such folder.");
        }

        var config = ConfigFile.Read(Path.Combine(folder, ConfigName));
        using var weights = CheckpointWeights.Open(folder);
        var tensors = new DecoderTensors(config, weights);
        var dtype = type.Resolve(weights, device);
        return new Decoder(config, (name, shape) => tensors.Read(name, shape.Length > 1 ? dtype : DType.Float32, device), device) { ComputeType = dtype };
    }

    /// <summary>Writes the weights, each in its own element type.</summary>
    public static void WriteWeights(string folder, Decoder decoder, long maxShardBytes = ShardedWriter.DefaultShardBytes)
    {
        var byName = decoder.Parameters.ToDictionary(p => p.Name, p => p.Value);
        ShardedWriter.Write(
            folder,
            byName.Select(weight => TensorTransfer.EntryOf(weight.Key, weight.Value)),
            maxShardBytes,
            (entry, stream) => TensorTransfer.Write(stream, byName[entry.Name], entry.Type));
    }
}
