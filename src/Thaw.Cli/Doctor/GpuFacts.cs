using System.ComponentModel;
using System.Diagnostics;

namespace Thaw.Cli.Doctor;

/// <summary>The NVIDIA GPUs of this machine.</summary>
/// <param name="Names">With their memory, as the driver calls them.</param>
/// <param name="HasDevice">A device file is there, whether or not the driver's tool is.</param>
internal sealed record GpuFacts(IReadOnlyList<string> Names, bool HasDevice)
{
    public static GpuFacts Find() => new(AskDriver(), File.Exists("/dev/nvidiactl") || File.Exists("/dev/nvidia0"));

    private static string[] AskDriver()
    {
        try
        {
            using var tool = Process.Start(new ProcessStartInfo("nvidia-smi", ["--query-gpu=name,memory.total", "--format=csv,noheader"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var names = tool.StandardOutput.ReadToEndAsync();
            if (!tool.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                tool.Kill();
                return [];
            }

            return tool.ExitCode == 0
                ? names.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                : [];
        }
        catch (Win32Exception)
        {
            // No such tool: no driver.
            return [];
        }
    }
}
