using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Rotary position embedding, half-split layout (arXiv:2104.09864), with Llama 3's frequency scaling where configured.</summary>
internal sealed class RotaryTable : IDisposable
{
    private readonly Tensor _cosPH;
    private readonly Tensor _sinPH;
    private readonly int _headWidth;

    public RotaryTable(DecoderConfig config, Device device)
    {
        _headWidth = config.HeadWidth;
        var frequencies = Frequencies(config);
        var half = _headWidth / 2;
        var cos = new float[(long)config.MaxPositions * _headWidth];
        var sin = new float[cos.Length];
        for (var position = 0; position < config.MaxPositions; position++)
        {
            for (var h = 0; h < _headWidth; h++)
            {
                // The reference multiplies in float32, and far positions show the difference.
                var angle = (double)(position * frequencies[h % half]);
                cos[(position * _headWidth) + h] = (float)Math.Cos(angle);
                // The half-split rotation takes -x2 in the first half: the sign is folded into the table.
                sin[(position * _headWidth) + h] = (float)(h < half ? -Math.Sin(angle) : Math.Sin(angle));
            }
        }

        using var scope = new TensorScope();
        _cosPH = TensorScope.Release(Tensor.FromSpan(cos, config.MaxPositions, _headWidth).To(device, DType.Float32));
        _sinPH = TensorScope.Release(Tensor.FromSpan(sin, config.MaxPositions, _headWidth).To(device, DType.Float32));
    }

    /// <summary>The rows of the table for positions [B or 1, T], shaped to multiply [B, T, heads, H].</summary>
    public (Tensor CosBT1H, Tensor SinBT1H) At(Tensor positionsBT, DType dtype)
    {
        using var scope = new TensorScope();
        return (scope.Keep(_cosPH.Embedding(positionsBT).Unsqueeze(2).Cast(dtype)), scope.Keep(_sinPH.Embedding(positionsBT).Unsqueeze(2).Cast(dtype)));
    }

    /// <param name="xBTNH">Queries or keys; head width last.</param>
    public Tensor Rotate(Tensor xBTNH, (Tensor CosBT1H, Tensor SinBT1H) at)
    {
        using var scope = new TensorScope();
        var half = _headWidth / 2;
        var swappedBTNH = Tensor.Cat([xBTNH.Narrow(3, half, half), xBTNH.Narrow(3, 0, half)], dim: 3);
        return scope.Keep((xBTNH * at.CosBT1H) + (swappedBTNH * at.SinBT1H));
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
