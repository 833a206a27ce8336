using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Cosines and sines of some positions, [1 or B, S, 1, H]; the sines carry the sign that the half-split rotation gives the first half.</summary>
internal sealed record RotaryRows(Tensor Cos, Tensor Sin)
{
    /// <summary>Queries or keys [B, S, heads, H], normed where the family does so, rotated, and laid out as [B, heads, S, H].</summary>
    public Tensor Apply(Tensor xBSNH, RmsNorm? norm) =>
        xBSNH.Device.IsCuda ? Plain(xBSNH, norm) : FusedOperators.HeadRotary(xBSNH, norm?.Scale, norm?.Epsilon ?? 0.0, Cos, Sin);

    /// <summary>The same in ATen's operators, for other devices and as the slow twin of the fused one.</summary>
    internal Tensor Plain(Tensor xBSNH, RmsNorm? norm)
    {
        using var scope = new TensorScope();
        var normed = norm?.Plain(xBSNH, DType.Float32) ?? xBSNH.Cast(DType.Float32);
        var half = xBSNH.Shape[3] / 2;
        var swapped = Tensor.Cat([normed.Narrow(3, half, half), normed.Narrow(3, 0, half)], dim: 3);
        return scope.Keep(((normed * Cos) + (swapped * Sin)).Cast(xBSNH.DType).Transpose(1, 2));
    }
}

/// <summary>Rotary position embedding, half-split layout (arXiv:2104.09864), with Llama 3's frequency scaling where configured.</summary>
internal sealed class RotaryTable : IDisposable
{
    private readonly Tensor _cosPH;
    private readonly Tensor _sinPH;

    public RotaryTable(DecoderConfig config, Device device)
    {
        var width = config.HeadWidth;
        var frequencies = Frequencies(config);
        var half = width / 2;
        var cos = new float[(long)config.MaxPositions * width];
        var sin = new float[cos.Length];
        for (var position = 0; position < config.MaxPositions; position++)
        {
            for (var h = 0; h < width; h++)
            {
                // The reference multiplies in float32, and far positions show the difference.
                var angle = (double)(position * frequencies[h % half]);
                cos[(position * width) + h] = (float)Math.Cos(angle);
                // The half-split rotation takes -x2 in the first half: the sign is folded into the table.
                sin[(position * width) + h] = (float)(h < half ? -Math.Sin(angle) : Math.Sin(angle));
            }
        }

        using var scope = new TensorScope();
        _cosPH = TensorScope.Release(Tensor.FromSpan(cos, config.MaxPositions, width).To(device, DType.Float32));
        _sinPH = TensorScope.Release(Tensor.FromSpan(sin, config.MaxPositions, width).To(device, DType.Float32));
    }

    /// <summary>The rows of the table for positions [B or 1, S], shaped to multiply [B, S, heads, H]; float32.</summary>
    public RotaryRows At(Tensor positionsBS)
    {
        using var scope = new TensorScope();
        return new RotaryRows(scope.Keep(_cosPH.Embedding(positionsBS).Unsqueeze(2)), scope.Keep(_sinPH.Embedding(positionsBS).Unsqueeze(2)));
    }

    public void Dispose()
    {
        _cosPH.Dispose();
        _sinPH.Dispose();
    }

    private static float[] Frequencies(DecoderConfig config)
    {
        var frequencies = new float[config.HeadWidth / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            var frequency = Math.Pow(config.RopeBase, -2.0 * i / config.HeadWidth);
            frequencies[i] = (float)(config.RopeScaling is { } scaling ? Scale(frequency, scaling) : frequency);
        }

        return frequencies;
    }

    // Slow waves are stretched by the factor, fast ones kept, those between interpolated (Llama 3.1 reference code).
    private static double Scale(double frequency, RopeScaling scaling)
    {
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < scaling.OriginalMaxPositions / scaling.HighFrequencyFactor)
        {
            return frequency;
        }

        if (wavelength > scaling.OriginalMaxPositions / scaling.LowFrequencyFactor)
        {
            return frequency / scaling.Factor;
        }

        var smooth = ((scaling.OriginalMaxPositions / wavelength) - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return ((1 - smooth) * frequency / scaling.Factor) + (smooth * frequency);
    }
}
