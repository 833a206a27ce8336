using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>Decoupled weight decay Adam (Loshchilov and Hutter, arXiv:1711.05101, algorithm 2), in float32.</summary>
/// <remarks>Each line of the update is one foreach operator over all parameters; the order of operations is PyTorch's.</remarks>
public sealed class AdamW : IDisposable
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

    /// <summary>Updates made so far.</summary>
    public long Steps { get; private set; }

    /// <summary>The moments under the names in which a checkpoint keeps them.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _parameters.SelectMany((p, i) => new[] { (p.Name + ".exp_avg", _means[i]), (p.Name + ".exp_avg_sq", _squares[i]) });

    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Value.ClearGradient();
        }
    }

    /// <summary>Scales all gradients so that their joint L2 norm is at most <paramref name="maxNorm"/>; 0 only measures.</summary>
    /// <returns>The norm before scaling.</returns>
    public double ClipGradients(double maxNorm)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var gradients = Gradients();
        var norm = GradientNorm.Of(gradients);
        if (maxNorm > 0 && norm > maxNorm)
        {
            // PyTorch's clip_grad_norm_ divides by norm + 1e-6 as well; golden losses are made with it.
            s_mul.Run(gradients, maxNorm / (norm + 1e-6));
        }

        return norm;
    }

    public void Step(double learningRate)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        Steps++;
        var gradients = Gradients();
        s_mul.Run(_values, 1.0 - (learningRate * _options.WeightDecay));
        s_mul.Run(_means, _options.Beta1);
        s_addList.Run(_means, gradients, 1.0 - _options.Beta1);
        s_mul.Run(_squares, _options.Beta2);
        s_addcmul.Run(_squares, gradients, gradients, 1.0 - _options.Beta2);

        var meanCorrection = 1.0 - Math.Pow(_options.Beta1, Steps);
        var squareCorrection = Math.Sqrt(1.0 - Math.Pow(_options.Beta2, Steps));
        var denominators = s_sqrt.CallList(_squares.Length, _squares);
        s_div.Run(denominators, squareCorrection);
        s_add.Run(denominators, _options.Epsilon);
        s_addcdiv.Run(_values, _means, denominators, -learningRate / meanCorrection);
    }

    /// <summary>Takes over moments and step count of a checkpoint.</summary>
    /// <param name="read">Fills the tensor of a given name.</param>
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

    // A parameter that took no part in the loss has no gradient; PyTorch would skip it, and so would weight decay.
    private Tensor[] Gradients() => [.. _parameters.Select(p =>
        p.Value.GradientOrNull() ?? throw new InvalidOperationException($"{p.Name} has no gradient."))];

    private static Tensor ZerosLike(Parameter parameter) =>
        TensorScope.Release(Tensor.Zeros(parameter.Value.Shape.ToArray(), DType.Float32, parameter.Value.Device));
}

public sealed record AdamWOptions(double Beta1 = 0.9, double Beta2 = 0.95, double Epsilon = 1e-8, double WeightDecay = 0.01);
