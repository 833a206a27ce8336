using Thaw.Core.Randomness;
using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Fresh weights from our own generator, so that a seed means the same numbers with any libtorch.</summary>
internal sealed class WeightInitializer(DecoderConfig config, ulong seed)
{
    public Tensor Make(string name, long[] shape)
    {
        if (name.Contains("norm", StringComparison.Ordinal))
        {
            return Tensor.Full(shape, 1.0);
        }

        if (name.EndsWith(".bias", StringComparison.Ordinal))
        {
            return Tensor.Zeros(shape);
        }

        var random = SplitMix64.For(seed, name);
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(config.InitialDeviation * NextNormal(random));
        }

        return Tensor.FromSpan(values, shape);
    }

    // Box and Muller; one of the two values is enough here.
    private static double NextNormal(SplitMix64 random) =>
        Math.Sqrt(-2.0 * Math.Log(1.0 - random.NextDouble())) * Math.Cos(2.0 * Math.PI * random.NextDouble());
}
