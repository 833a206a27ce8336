using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>Decoupled weight decay Adam (Loshchilov and Hutter, arXiv:1711.05101, algorithm 2), in float32.</summary>
/// <remarks>Each line of the update is one foreach operator; the order of operations is PyTorch's.</remarks>
public sealed class AdamW : IOptimizer
{
    private static readonly AtenOperator s_mul = AtenOperator.Find("_foreach_mul_", "Scalar");
    private static readonly AtenOperator s_addList = AtenOperator.Find("_foreach_add_", "List");
    private static readonly AtenOperator s_addcmul = AtenOperator.Find("_foreach_addcmul_", "Scalar");
    private static readonly AtenOperator s_sqrt = AtenOperator.Find("_foreach_sqrt");
    private static readonly AtenOperator s_div = AtenOperator.Find("_foreach_div_", "Scalar");
    private static readonly AtenOperator s_add = AtenOperator.Find("_foreach_add_", "Scalar");
    private static readonly AtenOperator s_addcdiv = AtenOperator.Find("_foreach_addcdiv_", "Scalar");

    private readonly Parameter[] _parameters;
    private readonly Tensor[] _values;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly AdamWOptions _options;

    /// <param name="parameters">Frozen ones are left out.</param>
    public AdamW(IEnumerable<Parameter> parameters, AdamWOptions options)
    {
        _options = options;
        _parameters = [.. parameters.Where(p => p.IsTrainable)];
        _values = [.. _parameters.Select(p => p.Value)];
        _means = [.. _parameters.Select(ZerosLike)];
        _squares = [.. _parameters.Select(ZerosLike)];
    }

    public long Steps { get; private set; }

    public IEnumerable<(string Name, Tensor Value)> State =>
        _parameters.SelectMany((p, i) => new[] { (p.Name + ".exp_avg", _means[i]), (p.Name + ".exp_avg_sq", _squares[i]) });

    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Value.ClearGradient();
        }
    }

    public double ClipGradients(double maxNorm)
    {
        using var scope = new TensorScope();
        return GradientNorm.Clip(Gradients(), maxNorm);
    }

    public void Update(double learningRate)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        Steps++;
        if (_parameters.Length == 0)
        {
            // Nothing but the matrices of another optimizer is trained.
            return;
        }

        var gradients = Gradients();
        if (FusedAdamW.IsFor(_values[0].Device))
        {
            FusedAdamW.Update(_values, gradients, _means, _squares, Steps, learningRate, _options);
            return;
        }

        if (_values[0].Device.IsCuda)
        {
            Update(_values, gradients, _means, _squares, learningRate);
            return;
        }

        // One parameter after the other, so that its four tensors stay in the cache, and a share for each thread. The bits are the same.
        var shares = Math.Min(TorchRuntime.Threads, _values.Length);
        ThreadShares.Run(shares, share =>
        {
            using var noGradHere = new NoGradScope();
            for (var i = share; i < _values.Length; i += shares)
            {
                Update([_values[i]], [gradients[i]], [_means[i]], [_squares[i]], learningRate);
            }
        });
    }

    private void Update(Tensor[] values, Tensor[] gradients, Tensor[] means, Tensor[] squares, double learningRate)
    {
        using var scope = new TensorScope();
        s_mul.Run(values, 1.0 - (learningRate * _options.WeightDecay));
        s_mul.Run(means, _options.Beta1);
        s_addList.Run(means, gradients, 1.0 - _options.Beta1);
        s_mul.Run(squares, _options.Beta2);
        s_addcmul.Run(squares, gradients, gradients, 1.0 - _options.Beta2);

        var meanCorrection = 1.0 - Math.Pow(_options.Beta1, Steps);
        var squareCorrection = Math.Sqrt(1.0 - Math.Pow(_options.Beta2, Steps));
        var denominators = s_sqrt.CallList(squares.Length, squares);
        s_div.Run(denominators, squareCorrection);
        s_add.Run(denominators, _options.Epsilon);
        s_addcdiv.Run(values, means, denominators, -learningRate / meanCorrection);
    }

    public void Restore(long steps, Action<string, Tensor> read)
    {
        using var noGrad = new NoGradScope();
        foreach (var (name, value) in State)
        {
            read(name, value);
        }

        Steps = steps;
    }

    public void Dispose()
    {
        foreach (var tensor in _means.Concat(_squares))
        {
            tensor.Dispose();
        }
    }

    internal Tensor[] Gradients() => [.. _parameters.Select(GradientOf)];

    /// <exception cref="InvalidOperationException">The parameter took no part in the loss.</exception>
    internal static Tensor GradientOf(Parameter parameter) =>
        parameter.Value.GradientOrNull() ?? throw new InvalidOperationException($"{parameter.Name} has no gradient.");

    private static Tensor ZerosLike(Parameter parameter) =>
        TensorScope.Release(Tensor.Zeros(parameter.Value.Shape.ToArray(), DType.Float32, parameter.Value.Device));
}

public sealed record AdamWOptions(double Beta1 = 0.9, double Beta2 = 0.95, double Epsilon = 1e-8, double WeightDecay = 0.01);
