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
    // Models are made for up to a million positions, and most rows have hundreds: the table grows with what is asked.
    private const long FewestRows = 4096;

    private readonly DecoderConfig _config;
    private readonly Device _device;
    private readonly float[] _frequencies;
    private Tensor _cosPH;
    private Tensor _sinPH;

    public RotaryTable(DecoderConfig config, Device device)
    {
        (_config, _device, _frequencies) = (config, device, Frequencies(config));
        (_cosPH, _sinPH) = Make(Math.Min(FewestRows, config.MaxPositions));
    }

    /// <summary>[P, H] of the first positions, float32; see <see cref="Reach"/>.</summary>
    public (Tensor CosPH, Tensor SinPH) Whole => (_cosPH, _sinPH);

    /// <summary>Makes the table hold at least the first <paramref name="positions"/> positions.</summary>
    public void Reach(long positions)
    {
        if (positions > _cosPH.Shape[0])
        {
            var (cos, sin) = (_cosPH, _sinPH);
            (_cosPH, _sinPH) = Make(Math.Min(_config.MaxPositions, Math.Max(positions, 2 * cos.Shape[0])));
            cos.Dispose();
            sin.Dispose();
        }
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

    private (Tensor CosPH, Tensor SinPH) Make(long positions)
    {
        var width = _config.HeadWidth;
        var half = width / 2;
        var cos = new float[positions * width];
        var sin = new float[cos.Length];
        for (var position = 0; position < positions; position++)
        {
            var row = position * width;
            for (var h = 0; h < half; h++)
            {
                // The reference multiplies in float32, and far positions show the difference.
                var (sine, cosine) = Math.SinCos((double)(position * _frequencies[h]));
                cos[row + h] = cos[row + h + half] = (float)cosine;
                // The half-split rotation takes -x2 in the first half: the sign is folded into the table.
                sin[row + h] = (float)-sine;
                sin[row + h + half] = (float)sine;
            }
        }

        using var scope = new TensorScope();
        return (
            TensorScope.Release(Tensor.FromSpan(cos, positions, width).To(_device, DType.Float32)),
            TensorScope.Release(Tensor.FromSpan(sin, positions, width).To(_device, DType.Float32)));
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
