using System.Text;
using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch;

/// <summary>Process-wide state of libtorch.</summary>
public static class TorchRuntime
{
    private static readonly string[] s_bfloat16Flags = ["avx512_bf16", "amx_bf16"];

    private static readonly Lazy<bool> s_isBFloat16Faster = new(() => s_bfloat16Flags.Any(flag => CpuFlags().Contains(flag)) && ProductProbe.IsBFloat16Faster());

    /// <summary>The version that the bridge was compiled against, such as <c>1.13.0</c>.</summary>
    public static string Version => BuildDescription.Split('\n', 2)[0];

    /// <summary>The version, then libtorch's own account of compiler, BLAS and CPU capability.</summary>
    public static string BuildDescription
    {
        get
        {
            Span<byte> text = stackalloc byte[8192];
            ThrowIfFailed(NativeMethods.thaw_describe_build(text, text.Length));
            return Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
        }
    }

    /// <summary>The shared library that the bridge is loaded from, or null where there is none.</summary>
    public static string? BridgePathOrNull => NativeLibraryResolver.FindOrNull();

    /// <summary>Makes operators that the calling thread starts run on so many threads, and no others. Cheap, unlike <see cref="Threads"/>.</summary>
    public static void SetThreadsOfCaller(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ThrowIfFailed(NativeMethods.thaw_threads_of_caller(count));
    }

    /// <summary>Threads of one operator on the CPU, started by the calling thread or by a new one.</summary>
    public static int Threads
    {
        get
        {
            ThrowIfFailed(NativeMethods.thaw_threads(0, out var now));
            return now;
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            ThrowIfFailed(NativeMethods.thaw_threads(value, out _));
        }
    }

    /// <summary>The element type in which matrices are multiplied fastest: on a GPU bfloat16, on a CPU what a few products show once a process.</summary>
    /// <remarks>
    /// Without instructions for bfloat16 libtorch emulates it, many times slower than float32; with them AMD's cores take half the time of
    /// float32 and Intel's, through oneDNN, up to twice as long. Noise may decide where the two are close: write the choice down where a run
    /// must be able to go on.
    /// </remarks>
    public static DType FastestType(Device device) => device.IsCuda || s_isBFloat16Faster.Value ? DType.BFloat16 : DType.Float32;

    public static int CudaDevices
    {
        get
        {
            ThrowIfFailed(NativeMethods.thaw_cuda_devices(out var count));
            return count;
        }
    }

    /// <summary>Seeds libtorch's own generators on all devices.</summary>
    public static void ManualSeed(ulong seed) => ThrowIfFailed(NativeMethods.thaw_manual_seed(seed));

    /// <summary>Ends the process at once, whatever its threads compute: unlike <see cref="Environment.Exit"/> it frees nothing that they still use.</summary>
    public static void Quit(int exitCode) => NativeMethods.thaw_quit(exitCode);

    private static HashSet<string> CpuFlags() => File.Exists("/proc/cpuinfo")
        ? [.. File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ') ?? []]
        : [];
}
