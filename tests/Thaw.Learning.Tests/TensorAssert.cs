using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Tests;

/// <summary>What tests say about tensors.</summary>
internal static class TensorAssert
{
    /// <summary>No element differs by more than <paramref name="tolerance"/> times the greatest expected one.</summary>
    public static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape.ToArray(), actual.Shape.ToArray());
        Close(expected.ToDoubles(), actual.ToDoubles(), tolerance);
    }

    public static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance) =>
        Assert.InRange(RandomNumbers.WorstDifference(expected, actual), 0, tolerance);

    /// <summary>The gradients of all parameters, by name.</summary>
    public static Dictionary<string, double[]> Gradients(Decoder model)
    {
        using var scope = new TensorScope();
        return model.Parameters.ToDictionary(p => p.Name, p => p.Value.GradientOrNull()!.ToDoubles());
    }

    public static void Close(Dictionary<string, double[]> expected, Dictionary<string, double[]> actual, double tolerance) =>
        Assert.All(expected, gradient => Close(gradient.Value, actual[gradient.Key], tolerance));

    /// <summary>All weights, bit by bit.</summary>
    public static byte[] Bits(Decoder model) => [.. model.Parameters.SelectMany(p =>
    {
        var bytes = new byte[p.Value.ElementCount * p.Value.DType.Size()];
        p.Value.CopyTo(bytes);
        return bytes;
    })];
}
