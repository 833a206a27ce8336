using System.Text;
using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch;

/// <summary>Process-wide state of libtorch.</summary>
public static class TorchRuntime
{
    private static readonly Lazy<bool> s_isBFloat16Faster = new(() => File.Exists("/proc/cpuinfo") && IsBFloat16Faster(File.ReadLines("/proc/cpuinfo")));

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

    /// <summary>The element type in which matrices are multiplied fastest: bfloat16 on a GPU and on AMD's CPUs with instructions for it, else float32.</summary>
    /// <remarks>
    /// Known by the name of the CPU and not measured at the start, so that a command means the same each time on a machine. Without the instructions libtorch emulates
    /// bfloat16, many times slower than float32; with them AMD's cores take half the time of float32 and Intel's, through oneDNN, up to twice as long.
    /// <c>thaw doctor</c> measures both.
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

    /// <param name="cpuInfo">The lines of /proc/cpuinfo.</param>
    internal static bool IsBFloat16Faster(IEnumerable<string> cpuInfo)
    {
        // One of several processors is enough.
        var facts = cpuInfo.TakeWhile(line => line.Length > 0).Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).ToLookup(pair => pair[0], pair => pair[^1]);
        return facts["vendor_id"].Contains("AuthenticAMD") && facts["flags"].Any(flags => flags.Split(' ').Contains("avx512_bf16"));
    }
}
