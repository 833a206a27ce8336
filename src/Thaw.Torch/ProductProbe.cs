using System.Diagnostics;

namespace Thaw.Torch;

/// <summary>Measures in a few milliseconds in which element type this CPU multiplies faster.</summary>
internal static class ProductProbe
{
    // A feed-forward product of the base model: 0.07 GFLOP, a millisecond or less, and 1 MB of weights and activations.
    private const int Rows = 512;
    private const int Inner = 128;
    private const int Columns = 512;
    private const int Rounds = 7;

    /// <summary>bfloat16 also halves the precision, so it must be clearly faster.</summary>
    private const double LeastGain = 1.1;

    public static bool IsBFloat16Faster()
    {
        var (float32, bfloat16) = BestSeconds();
        return bfloat16 * LeastGain < float32;
    }

    /// <summary>The best of several turns each: what disturbs a turn only ever makes it longer. They alternate, so that a slow moment meets both.</summary>
    internal static (double Float32, double BFloat16) BestSeconds()
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var best = (Float32: double.PositiveInfinity, BFloat16: double.PositiveInfinity);
        var (a, b) = (Tensor.Full([Rows, Inner], 0.5), Tensor.Full([Inner, Columns], 0.5));
        var (aHalf, bHalf) = (a.Cast(DType.BFloat16), b.Cast(DType.BFloat16));
        Seconds(a, b);
        Seconds(aHalf, bHalf);
        for (var round = 0; round < Rounds; round++)
        {
            best = (Math.Min(best.Float32, Seconds(a, b)), Math.Min(best.BFloat16, Seconds(aHalf, bHalf)));
        }

        return best;
    }

    private static double Seconds(Tensor a, Tensor b)
    {
        var began = Stopwatch.GetTimestamp();
        a.MatMul(b).Dispose();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
