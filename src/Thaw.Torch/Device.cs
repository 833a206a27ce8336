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

    /// <summary>Reads <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. <c>auto</c> is the first CUDA device where libtorch has one, else the CPU.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    /// <exception cref="TorchException">This libtorch has no such CUDA device.</exception>
    public static Device Parse(string text) => text switch
    {
        "auto" => TorchRuntime.CudaDevices > 0 ? Cuda(0) : Cpu,
        "cpu" => Cpu,
        "cuda" => Existing(0),
        _ when text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index) => Existing(index),
        _ => throw new FormatException($"'{text}' is no device. Known: auto, cpu, cuda, cuda:N."),
    };

    public override string ToString() => IsCuda ? $"cuda:{Index}" : "cpu";

    private static Device Existing(int index) => index < TorchRuntime.CudaDevices
        ? Cuda(index)
        : throw new TorchException($"cuda:{index}: this libtorch {TorchRuntime.Version} sees {TorchRuntime.CudaDevices} CUDA devices; thaw doctor says what is missing.");

    internal static Device FromPacked(int packed) => new(packed / 256, packed % 256 - 1);
}
