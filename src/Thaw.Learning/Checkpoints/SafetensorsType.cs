namespace Thaw.Learning.Checkpoints;

/// <summary>The element types of a safetensors file that this project reads and writes.</summary>
public enum SafetensorsType
{
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    U8,
    Bool,
}

/// <summary>Names and sizes of <see cref="SafetensorsType"/>.</summary>
public static class SafetensorsTypes
{
    public static int ByteSize(this SafetensorsType type) => type switch
    {
        SafetensorsType.F64 or SafetensorsType.I64 => 8,
        SafetensorsType.F32 or SafetensorsType.I32 => 4,
        SafetensorsType.F16 or SafetensorsType.BF16 => 2,
        SafetensorsType.U8 or SafetensorsType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type of safetensors."),
    };

    /// <summary>The spelling in the file's header, such as <c>BF16</c>.</summary>
    public static string Spelling(this SafetensorsType type) => type == SafetensorsType.Bool ? "BOOL" : type.ToString();

    /// <returns>The type spelled so, or null.</returns>
    internal static SafetensorsType? Find(string spelling)
    {
        foreach (var type in Enum.GetValues<SafetensorsType>())
        {
            if (type.Spelling() == spelling)
            {
                return type;
            }
        }

        return null;
    }
}
