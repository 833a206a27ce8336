using Thaw.Torch;

namespace Thaw.Learning.Checkpoints;

/// <summary>Tensors from and to safetensors files.</summary>
internal static class TensorTransfer
{
    /// <summary>The weight <paramref name="name"/> in float32.</summary>
    /// <exception cref="InvalidDataException">It is missing or of another shape.</exception>
    public static Tensor ReadFloat32(this CheckpointWeights weights, string name, long[] shape, Device device)
    {
        var entry = weights.Find(name) ?? throw new InvalidDataException($"{weights.Folder}: tensor '{name}' is missing.");
        if (!entry.Shape.SequenceEqual(shape))
        {
            throw new InvalidDataException(
                $"{weights.PathOf(name)}: tensor '{name}' has shape {entry.ShapeText}, the configuration asks for [{string.Join(", ", shape)}].");
        }

        var dtype = TorchType(entry.Type)
            ?? throw new InvalidDataException($"{weights.PathOf(name)}: tensor '{name}' is {entry.Type.Spelling()}; F32, BF16, F16 or F64 is expected.");
        using var scope = new TensorScope();
        return scope.Keep(Tensor.FromBytes(weights.Read(name), dtype, shape).To(device, DType.Float32));
    }

    /// <summary>Writes float32 tensors in the given order.</summary>
    public static void Write(Stream stream, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        var byName = tensors.ToDictionary(t => t.Name, t => t.Value);
        var entries = byName.Select(t => new SafetensorsEntry(t.Key, SafetensorsType.F32, t.Value.Shape.ToArray()));
        SafetensorsWriter.Write(stream, entries, (entry, target) =>
        {
            var bytes = new byte[entry.ByteCount];
            byName[entry.Name].CopyTo(bytes);
            target.Write(bytes);
        });
    }

    private static DType? TorchType(SafetensorsType type) => type switch
    {
        SafetensorsType.F32 => DType.Float32,
        SafetensorsType.BF16 => DType.BFloat16,
        SafetensorsType.F16 => DType.Float16,
        SafetensorsType.F64 => DType.Float64,
        _ => null,
    };
}
