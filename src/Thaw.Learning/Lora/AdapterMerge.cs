using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Torch;

namespace Thaw.Learning.Lora;

/// <summary>Adds an adapter to the weights that it changes and writes the sum as a model of its own.</summary>
/// <remarks>Tensor by tensor: the memory is that of the largest tensor, not of the model.</remarks>
public static class AdapterMerge
{
    private const int CopyBytes = 1 << 24;

    /// <summary>Writes base and adapter as one Hugging Face folder, which is there whole or not at all; each tensor keeps name and element type.</summary>
    /// <returns>How many tensors were changed.</returns>
    /// <exception cref="IOException"><paramref name="outFolder"/> is there and not empty, or a folder to read is missing.</exception>
    /// <exception cref="InvalidDataException">A file is malformed, the two do not fit together, or a merged weight is no number.</exception>
    /// <exception cref="OperationCanceledException">Nothing is left of it.</exception>
    public static int Run(
        string modelFolder, string adapterFolder, string outFolder, long maxShardBytes = ShardedWriter.DefaultShardBytes, CancellationToken cancellation = default)
    {
        RefuseExisting(outFolder);
        var config = ConfigFile.Read(Path.Combine(modelFolder, DecoderFolder.ConfigName));
        using var weights = CheckpointWeights.Open(modelFolder);
        var tensors = new DecoderTensors(config, weights);
        using var adapter = AdapterFolder.Read(adapterFolder, config);
        var changed = adapter.Pairs.ToDictionary(pair => tensors.StoredName(pair.Module + ".weight"), StringComparer.Ordinal);
        AtomicFile.WriteFolder(outFolder, temporary =>
        {
            ModelFolder.CopyExtras(modelFolder, temporary);
            ShardedWriter.Write(temporary, weights.Entries, maxShardBytes, (entry, stream) =>
            {
                cancellation.ThrowIfCancellationRequested();
                if (changed.TryGetValue(entry.Name, out var pair))
                {
                    using var scope = new TensorScope();
                    var merged = weights.ReadAs(entry.Name, DType.Float32, Device.Cpu) + pair.Delta();
                    if (!double.IsFinite(merged.Abs().Sum().Item()))
                    {
                        throw new InvalidDataException($"{adapterFolder}: with this adapter {entry.Name} would hold NaN or infinity.");
                    }

                    TensorTransfer.Write(stream, merged, entry.Type);
                }
                else
                {
                    Copy(weights, entry, stream);
                }
            });
        });
        return changed.Count;
    }

    // Also the model's own folder: replacing it by the result would lose what cannot be made again.
    private static void RefuseExisting(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new IOException($"{folder}: is there already; name a new folder.");
        }
    }

    private static void Copy(CheckpointWeights weights, SafetensorsEntry entry, Stream stream)
    {
        var bytes = new byte[Math.Min(CopyBytes, entry.ByteCount)];
        for (var start = 0L; start < entry.ByteCount; start += bytes.Length)
        {
            var part = bytes.AsSpan(0, (int)Math.Min(bytes.Length, entry.ByteCount - start));
            weights.Read(entry.Name, part, start);
            stream.Write(part);
        }
    }
}
