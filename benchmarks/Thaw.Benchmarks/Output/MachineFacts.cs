using System.Runtime.InteropServices;
using Thaw.Torch;

namespace Thaw.Benchmarks.Output;

/// <summary>What a result depends on besides the code.</summary>
internal static class MachineFacts
{
    /// <summary>One line: CPU, cores, and what the numbers were made with.</summary>
    public static string Read(bool withLibtorch)
    {
        var cpu = $"{CpuModel()}, {Environment.ProcessorCount} logical CPUs, load {LoadAverage()}";
        var runtime = $".NET {Environment.Version} on {RuntimeInformation.OSDescription}";
        return withLibtorch ? $"{cpu}; libtorch {TorchRuntime.Version}, {TorchRuntime.Threads} threads; {runtime}" : $"{cpu}; {runtime}";
    }

    /// <summary>Greatest resident memory of this process so far, in mebibytes.</summary>
    public static double PeakMegabytes() => Kibibytes(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))) / 1024.0;

    private static double Kibibytes(string line) =>
        double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture);

    private static string CpuModel() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown CPU";

    // A busy machine makes numbers that nobody can repeat, so the result says how busy it was.
    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
