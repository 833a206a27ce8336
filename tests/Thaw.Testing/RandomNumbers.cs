using Thaw.Core.Randomness;

namespace Thaw.Testing;

/// <summary>Numbers for tests of numerics, the same on every machine.</summary>
public static class RandomNumbers
{
    /// <summary>Normal draws with deviation 1.</summary>
    public static float[] Normal(string label, long count)
    {
        var random = SplitMix64.For(1, label);
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            // Box and Muller.
            values[i] = (float)(Math.Sqrt(-2.0 * Math.Log(1.0 - random.NextDouble())) * Math.Cos(2.0 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>The greatest difference of two vectors, as a share of the greatest element of <paramref name="expected"/>; NaN where one is.</summary>
    public static double WorstDifference(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        if (expected.Count != actual.Count)
        {
            throw new ArgumentException($"{expected.Count} numbers were expected, {actual.Count} came.", nameof(actual));
        }

        var (worst, greatest) = (0.0, 0.0);
        for (var i = 0; i < expected.Count; i++)
        {
            // Math.Max passes NaN on.
            worst = Math.Max(worst, Math.Abs(expected[i] - actual[i]));
            greatest = Math.Max(greatest, Math.Abs(expected[i]));
        }

        return greatest > 0 ? worst / greatest : worst;
    }
}
