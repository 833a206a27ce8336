using System.Diagnostics;
using Thaw.Torch;

namespace Thaw.Cli.Doctor;

/// <summary>Asks libtorch itself.</summary>
internal sealed class EngineProbe : IEngineProbe
{
    // The feed-forward product of a training step of the base model, made square enough to be a fair measure.
    private const int Rows = 4096;
    private const int Width = 512;
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

    private static double Gigaflops(DType dtype, CancellationToken cancellation)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var (a, b) = (Tensor.Full([Rows, Width], 0.5).Cast(dtype), Tensor.Full([Width, Width], 0.5).Cast(dtype));
        a.MatMul(b).Dispose();
        var clock = Stopwatch.StartNew();
        var products = 0;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            a.MatMul(b).Dispose();
            products++;
        }
        while (clock.Elapsed < s_time);

        return 2.0 * Rows * Width * Width * products / clock.Elapsed.TotalSeconds / 1e9;
    }
}
