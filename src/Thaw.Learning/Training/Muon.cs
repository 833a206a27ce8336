using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>Momentum whose update is made orthogonal, for the matrices between embedding and output (K. Jordan, 2024, kellerjordan.github.io/posts/muon).</summary>
/// <remarks>
/// Five Newton-Schulz steps with the published coefficients; Nesterov momentum; the update is scaled by √max(1, rows / columns).
/// Embedding, norms and biases are AdamW's. In trials the base model learnt to read boards in half the steps: see docs/log.md.
/// </remarks>
public sealed class Muon : IOptimizer
{
    private const double A = 3.4445;
    private const double B = -4.7750;
    private const double C = 2.0315;
    private const int NewtonSchulzSteps = 5;

    private readonly AdamW _others;
    private readonly (Parameter Parameter, Tensor Momentum)[] _matrices;
    private readonly MuonOptions _options;

    public Muon(IReadOnlyList<Parameter> parameters, MuonOptions options, AdamWOptions others)
    {
        _options = options;
        _matrices = [.. parameters.Where(IsHiddenMatrix).Select(p =>
            (p, TensorScope.Release(Tensor.Zeros(p.Value.Shape.ToArray(), DType.Float32, p.Value.Device))))];
        _others = new AdamW(parameters.Where(p => !IsHiddenMatrix(p)), others);
    }

    public long Steps => _others.Steps;

    public IEnumerable<(string Name, Tensor Value)> State => _others.State.Concat(_matrices.Select(m => (m.Parameter.Name + ".momentum", m.Momentum)));

    public void ClearGradients()
    {
        _others.ClearGradients();
        foreach (var (parameter, _) in _matrices)
        {
            parameter.Value.ClearGradient();
        }
    }

    public double ClipGradients(double maxNorm)
    {
        using var scope = new TensorScope();
        return GradientNorm.Clip([.. _others.Gradients(), .. _matrices.Select(m => AdamW.GradientOf(m.Parameter))], maxNorm);
    }

    /// <param name="learningRate">AdamW's; the matrices' follows it in proportion.</param>
    public void Update(double learningRate)
    {
        _others.Update(learningRate);
        var rate = learningRate * _options.RateRatio;
        var shares = _matrices.Any(m => m.Parameter.Value.Device.IsCuda) ? 1 : TorchRuntime.Threads;
        ThreadShares.Run(shares, share =>
        {
            using var noGrad = new NoGradScope();
            for (var i = share; i < _matrices.Length; i += shares)
            {
                Update(_matrices[i].Parameter, _matrices[i].Momentum, rate);
            }
        });
    }

    public void Restore(long steps, Action<string, Tensor> read)
    {
        using var noGrad = new NoGradScope();
        _others.Restore(steps, read);
        foreach (var (parameter, momentum) in _matrices)
        {
            read(parameter.Name + ".momentum", momentum);
        }
    }

    public void Dispose()
    {
        _others.Dispose();
        foreach (var (_, momentum) in _matrices)
        {
            momentum.Dispose();
        }
    }

    private void Update(Parameter parameter, Tensor momentum, double rate)
    {
        using var scope = new TensorScope();
        var gradient = AdamW.GradientOf(parameter);
        momentum.MultiplyInPlace(_options.Momentum);
        momentum.AddInPlace(gradient);
        var update = Orthogonal(gradient + (momentum * _options.Momentum));
        var (rows, columns) = (parameter.Value.Shape[0], parameter.Value.Shape[1]);
        parameter.Value.MultiplyInPlace(1.0 - (rate * _options.WeightDecay));
        parameter.Value.AddInPlace(update, -rate * Math.Sqrt(Math.Max(1.0, (double)rows / columns)));
    }

    /// <summary>A matrix near the orthogonal factor of <paramref name="matrix"/>: singular values between 0.7 and 1.2.</summary>
    internal static Tensor Orthogonal(Tensor matrix)
    {
        using var scope = new TensorScope();
        var isTall = matrix.Shape[0] > matrix.Shape[1];
        var x = isTall ? matrix.Transpose(0, 1) : matrix;
        x *= 1.0 / (GradientNorm.Of([matrix]) + 1e-7);
        for (var i = 0; i < NewtonSchulzSteps; i++)
        {
            var gram = x.MatMul(x.Transpose(0, 1));
            x = (x * A) + ((gram * B) + (gram.MatMul(gram) * C)).MatMul(x);
        }

        return scope.Keep(isTall ? x.Transpose(0, 1) : x);
    }

    private static bool IsHiddenMatrix(Parameter parameter) =>
        parameter.IsTrainable && parameter.Value.Shape.Length == 2 && parameter.Name.Contains(".layers.", StringComparison.Ordinal);
}

/// <param name="RateRatio">Learning rate of the matrices over that of AdamW.</param>
public sealed record MuonOptions(double RateRatio, double Momentum = 0.95, double WeightDecay = 0.01);
