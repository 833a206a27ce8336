using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>The exponential moving average of the trained weights, in float32: <c>a ← d a + (1 - d) w</c> after every update, from the first weights on.</summary>
internal sealed class WeightAverage : IDisposable
{
    private static readonly AtenOperator s_scale = AtenOperator.Find("_foreach_mul_", "Scalar");
    private static readonly AtenOperator s_add = AtenOperator.Find("_foreach_add_", "List");

    private readonly Tensor[] _weights;
    private readonly Tensor[] _averages;
    private readonly double _decay;

    /// <param name="parameters">Frozen ones are their own average.</param>
    public WeightAverage(IEnumerable<Parameter> parameters, double decay)
    {
        using var noGrad = new NoGradScope();
        _weights = [.. parameters.Where(p => p.IsTrainable).Select(p => p.Value)];
        _averages = [.. _weights.Select(weight => TensorScope.Release(weight.Clone()))];
        _decay = decay;
    }

    public void Update()
    {
        using var noGrad = new NoGradScope();
        s_scale.Run(_averages, _decay);
        s_add.Run(_averages, _weights, 1.0 - _decay);
    }

    /// <summary>Makes the model hold the averages and this the weights, and back, bit by bit.</summary>
    public void Swap()
    {
        using var noGrad = new NoGradScope();
        foreach (var (weight, average) in _weights.Zip(_averages))
        {
            using var scope = new TensorScope();
            var kept = weight.Clone();
            weight.CopyFrom(average);
            average.CopyFrom(kept);
        }
    }

    public void Dispose()
    {
        foreach (var average in _averages)
        {
            average.Dispose();
        }
    }
}
