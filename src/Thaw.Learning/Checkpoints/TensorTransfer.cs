using Thaw.Torch;

namespace Thaw.Learning.Checkpoints;

/// <summary>Tensors from and to safetensors files.</summary>
internal static class TensorTransfer
{
    // Elements that are converted and copied at once on the way out.
    private const long WritePiece = 1 << 22;

    /// <summary>A tensor of the file in another element type and on a device: pages of the file go where they belong without a copy between.</summary>
    /// <exception cref="InvalidDataException">It is not of numbers that libtorch has.</exception>
    public static Tensor ReadAs(this CheckpointWeights weights, string name, DType dtype, Device device)
    {
        var entry = weights.Find(name) ?? throw new InvalidDataException($"{weights.Folder}: tensor '{name}' is missing.");
        var stored = entry.Type.TorchType()
            ?? throw new InvalidDataException($"{weights.PathOf(name)}: tensor '{name}' is {entry.Type.Spelling()}; F32, BF16, F16 or F64 is expected.");
        var target = Tensor.Empty([.. entry.Shape], dtype, device);
        try
        {
            weights.Fill(name, target, stored);
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>The tensor <paramref name="name"/> in float32.</summary>
    /// <exception cref="InvalidDataException">It is missing or of another shape.</exception>
    public static Tensor ReadFloat32(this CheckpointWeights weights, string name, long[] shape, Device device)
    {
        var entry = weights.Find(name) ?? throw new InvalidDataException($"{weights.Folder}: tensor '{name}' is missing.");
        return entry.Shape.SequenceEqual(shape)
            ? weights.ReadAs(name, DType.Float32, device)
            : throw new InvalidDataException(
                $"{weights.PathOf(name)}: tensor '{name}' has shape {entry.ShapeText}, [{string.Join(", ", shape)}] is expected.");
    }

    /// <summary>Writes tensors as one file, each in its own element type.</summary>
    public static void Write(Stream stream, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        var byName = tensors.ToDictionary(t => t.Name, t => t.Value);
        SafetensorsWriter.Write(stream, byName.Select(t => EntryOf(t.Key, t.Value)), (entry, target) => Write(target, byName[entry.Name], entry.Type));
    }

    public static SafetensorsEntry EntryOf(string name, Tensor value) => new(name, FileType(value.DType), value.Shape.ToArray());

    /// <summary>Writes the numbers of a tensor, piece by piece, so that no copy of a large one is made.</summary>
    public static void Write(Stream stream, Tensor value, SafetensorsType type)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var flat = value.Reshape(value.ElementCount);
        var bytes = new byte[Math.Min(WritePiece, value.ElementCount) * type.ByteSize()];
        for (var start = 0L; start < value.ElementCount; start += WritePiece)
        {
            using var piece = new TensorScope();
            var count = Math.Min(WritePiece, value.ElementCount - start);
            var part = bytes.AsSpan(0, (int)(count * type.ByteSize()));
            flat.Narrow(0, start, count).Cast(type.TorchType()!.Value).CopyTo(part);
            stream.Write(part);
        }
    }

    /// <summary>libtorch's type of the same numbers, or null for what is no weight.</summary>
    public static DType? TorchType(this SafetensorsType type) => type switch
    {
        SafetensorsType.F32 => DType.Float32,
        SafetensorsType.BF16 => DType.BFloat16,
        SafetensorsType.F16 => DType.Float16,
        SafetensorsType.F64 => DType.Float64,
        _ => null,
    };

    private static SafetensorsType FileType(DType type) => type switch
    {
        DType.Float32 => SafetensorsType.F32,
        DType.BFloat16 => SafetensorsType.BF16,
        DType.Float16 => SafetensorsType.F16,
        DType.Float64 => SafetensorsType.F64,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of weights."),
    };
}
