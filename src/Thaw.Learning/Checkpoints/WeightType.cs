using Thaw.Torch;

namespace Thaw.Learning.Checkpoints;

/// <summary>The element type in which a model's matrices are held. Norms and biases are always float32, which costs nothing.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1720", Justification = "These are the names of element types.")]
public enum WeightType
{
    /// <summary>float32 on the CPU; as <see cref="Auto"/> on a GPU.</summary>
    Default,

    /// <summary>That of most of the checkpoint; float32 where it is float16 and the device a CPU, which does not multiply it.</summary>
    Auto,
    Float32,
    Bfloat16,
    Float16,
}

/// <summary>Names and choice of <see cref="WeightType"/>.</summary>
public static class WeightTypes
{
    /// <exception cref="ArgumentException">float16 on the CPU.</exception>
    internal static DType Resolve(this WeightType type, CheckpointWeights weights, Device device) => type switch
    {
        WeightType.Default => device.IsCuda ? MostOf(weights, device) : DType.Float32,
        WeightType.Auto => MostOf(weights, device),
        WeightType.Float32 => DType.Float32,
        WeightType.Bfloat16 => DType.BFloat16,
        WeightType.Float16 => device.IsCuda ? DType.Float16 : throw new ArgumentException("float16 is multiplied on CUDA devices only; the CPU has bfloat16 and float32."),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown type of weights."),
    };

    /// <summary>As in <c>torch_dtype</c>: <c>float32</c>.</summary>
    internal static string NameOf(SafetensorsType type) => type switch
    {
        SafetensorsType.BF16 => "bfloat16",
        SafetensorsType.F16 => "float16",
        SafetensorsType.F64 => "float64",
        _ => "float32",
    };

    private static DType MostOf(CheckpointWeights weights, Device device)
    {
        var most = weights.Entries.GroupBy(entry => entry.Type).MaxBy(group => group.Sum(entry => entry.ByteCount))?.Key;
        return most switch
        {
            SafetensorsType.BF16 => DType.BFloat16,
            SafetensorsType.F16 when device.IsCuda => DType.Float16,
            _ => DType.Float32,
        };
    }
}
