using System.Globalization;

namespace Thaw.Torch;

/// <summary>Where a tensor lives: the CPU or one CUDA device.</summary>
public readonly record struct Device
{
    private Device(int type, int index) => (Type, Index) = (type, index);

    public static Device Cpu { get; } = new(0, -1);

    public bool IsCuda => Type == 1;

    /// <summary>libtorch's <c>DeviceType</c>: 0 CPU, 1 CUDA.</summary>
    internal int Type { get; }

    internal int Index { get; }

    /// <summary>The form in which devices cross the bridge.</summary>
    internal long Packed => Type * 256L + Index + 1;

    public static Device Cuda(int index) => new(1, index);

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Device Parse(string text) => text switch
    {
        "cpu" => Cpu,
        "cuda" => Cuda(0),
        _ when text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index) => Cuda(index),
        _ => throw new FormatException($"'{text}' is no device. Known: cpu, cuda, cuda:N."),
    };

    public override string ToString() => IsCuda ? $"cuda:{Index}" : "cpu";

    internal static Device FromPacked(int packed) => new(packed / 256, packed % 256 - 1);
}
