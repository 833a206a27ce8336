using Thaw.Torch;

namespace Thaw.Cli.Doctor;

/// <summary>Asks libtorch itself.</summary>
internal sealed class EngineProbe : IEngineProbe
{
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(0.4);

    public EngineFacts? Probe(CancellationToken cancellation)
    {
        if (TorchRuntime.BridgePathOrNull is null)
        {
            return null;
        }

        var float32 = Gigaflops(DType.Float32, cancellation);
        var bfloat16 = Gigaflops(DType.BFloat16, cancellation);
        return new EngineFacts(
            TorchRuntime.Version,
            TorchRuntime.Threads,
            TorchRuntime.FastestType(Device.Cpu) == DType.BFloat16 ? "bfloat16" : "float32",
            ["cpu", .. Enumerable.Range(0, TorchRuntime.CudaDevices).Select(i => $"cuda:{i}")],
            float32,
            bfloat16);
    }

    private static double Gigaflops(DType dtype, CancellationToken cancellation) => MatrixSpeed.Measure(Device.Cpu, dtype, s_time, cancellation) / 1e9;
}
