using System.Diagnostics;

namespace Thaw.Torch;

/// <summary>How fast a device multiplies matrices of the size that training has, measured.</summary>
public static class MatrixSpeed
{
    // On a CPU the feed-forward product of a training step of the base model, made square enough to be a fair measure.
    private const int Rows = 4096;
    private const int Width = 512;
    private const int GpuWidth = 8192;

    /// <summary>Floating-point operations a second, a multiplication and an addition counted as two.</summary>
    /// <param name="time">At least so long is measured, after one product that is not.</param>
    public static double Measure(Device device, DType dtype, TimeSpan time, CancellationToken cancellation)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var (rows, width) = device.IsCuda ? (GpuWidth, GpuWidth) : (Rows, Width);
        var a = Tensor.Full([rows, width], 0.5, DType.Float32, device).Cast(dtype);
        var b = Tensor.Full([width, width], 0.5, DType.Float32, device).Cast(dtype);
        Multiply(1);
        var clock = Stopwatch.StartNew();
        var products = 0;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            products += Multiply(device.IsCuda ? 8 : 1);
        }
        while (clock.Elapsed < time);

        return 2.0 * rows * width * width * products / clock.Elapsed.TotalSeconds;

        // A GPU works behind the program's back: reading one number waits for it.
        int Multiply(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var piece = new TensorScope();
                var product = a.MatMul(b);
                if (device.IsCuda && i == count - 1)
                {
                    product.Narrow(0, 0, 1).Narrow(1, 0, 1).Sum().Item();
                }
            }

            return count;
        }
    }
}
